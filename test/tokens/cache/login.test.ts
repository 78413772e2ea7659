import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords } from '../../../src/problems/explain.ts'
import { type ProblemError, problem } from '../../../src/problems/problem.ts'
import { rig, settled, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

/** Nobody has logged in, or the login is over, as the grant reports it. */
function loginOver(): ProblemError {
  return problem('login_over', { path: '/f' })
}

test('a login that is over is asked about once, and callers are told at once, however long it goes on', async () => {
  const { clock, endpoint, outcome, tokens } = rig()
  endpoint.always = { problem: loginOver() }
  assert.equal(await outcome(), 'login_required')
  for (let hour = 0; hour < 30; hour += 1) {
    await clock.advance(hourMs)
    const before = clock.now().mono
    assert.equal(await outcome(), 'login_required')
    assert.equal(clock.now().mono, before)
  }
  assert.equal(endpoint.requests.length, 1)
  assert.equal(tokens.state().failure?.retryInMs, Number.POSITIVE_INFINITY)
  const { failure } = tokens.state()
  assert.match(failure === undefined ? '' : inWords(failure, 'operator'), /^The login in \/f is over:/)
})

test('while the access token lives, calls go on, and the state says that the login is over', async () => {
  const { clock, endpoint, outcome, tokens, events } = rig()
  assert.equal(await outcome(), 'token-1')
  endpoint.always = { problem: loginOver() }
  await clock.advance(hourMs - 200_000)
  assert.equal(await outcome(), 'token-1')
  assert.equal(tokens.state().failure?.code, 'login_required')
  assert.deepEqual(
    events.map((event) => event.type === 'failed' && event.tokenStillValid),
    [false, true],
  )
  await clock.advance(199_000)
  assert.equal(await outcome(), 'token-1')
  await clock.advance(2_000)
  assert.equal(await outcome(), 'login_required')
  assert.equal(endpoint.requests.length, 2)
})

test('starting over drops the token and what was learnt, and asks at once', async () => {
  const { clock, endpoint, outcome, tokens } = rig()
  assert.equal(await outcome(), 'token-1')
  endpoint.script = [{ problem: loginOver() }]
  tokens.startOver()
  assert.equal(tokens.current(), undefined)
  await clock.advance(10)
  assert.equal(tokens.state().failure?.code, 'login_required')
  tokens.startOver()
  await clock.advance(10)
  assert.equal(tokens.state().failure, undefined)
  assert.equal(await outcome(), 'token-2')
  assert.equal(endpoint.requests.length, 3)
})

test('an idle sidecar too asks at once when it starts over', async () => {
  const { clock, endpoint, outcome, tokens } = rig()
  await outcome()
  await clock.advance(3 * hourMs)
  const before = endpoint.requests.length
  tokens.startOver()
  await clock.advance(10)
  assert.equal(endpoint.requests.length, before + 1)
  assert.equal(tokens.state().valid, true)
})

test('an answer to a request from before says nothing any more: those who wait get the next one', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.script = [{ token: 'of-the-former', takesMs: 1_000 }, { token: 'of-the-latter' }]
  const waiting = tokens.get()
  await clock.advance(500)
  tokens.startOver()
  assert.equal(await settled(clock, waiting), 'of-the-latter')
  endpoint.script = [{ problem: loginOver(), takesMs: 1_000 }, { token: 'of-another' }]
  const renewal = assert.rejects(tokens.renew(), /login changed/)
  await clock.advance(500)
  tokens.startOver()
  const asked = tokens.get()
  assert.equal(await settled(clock, asked), 'of-another')
  await renewal
  assert.equal(tokens.state().failure, undefined)
})

test('passing trouble after a login is over is passing trouble again', async () => {
  const { clock, endpoint, outcome, tokens } = rig()
  endpoint.script = [{ problem: loginOver() }, { problem: trouble() }]
  assert.equal(await outcome(), 'login_required')
  await assert.rejects(tokens.renew())
  await clock.advance(1_000)
  assert.equal(await outcome(), 'token-1')
})
