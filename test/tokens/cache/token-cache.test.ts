import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inWords } from '../../../src/problems/explain.ts'
import { ProblemError } from '../../../src/problems/problem.ts'
import { nameOf, refusal, rig, settled, trouble } from '../../support/cache-rig.ts'

for (const callers of [200, 1000]) {
  test(`${callers} callers at once cost one token request and share its token`, async () => {
    const { clock, endpoint, call } = rig()
    endpoint.roundTripMs = 80
    const all = Promise.all(Array.from({ length: callers }, call))
    await clock.advance(80)
    assert.deepEqual(new Set((await all).map(nameOf)), new Set(['token-1']))
    assert.equal(endpoint.requests.length, 1)
  })
}

test('a first caller that hangs up disturbs none of the 999 others', async () => {
  const { clock, endpoint, call } = rig()
  endpoint.roundTripMs = 80
  const first = Promise.race([call(), Promise.reject(new Error('hung up'))])
  await assert.rejects(first, /hung up/)
  const others = Promise.all(Array.from({ length: 999 }, call))
  await clock.advance(80)
  assert.deepEqual(new Set((await others).map(nameOf)), new Set(['token-1']))
  assert.equal(endpoint.requests.length, 1)
})

test('all who wait share the failure of the flight too, with one token request per attempt', async () => {
  const { clock, endpoint, outcome } = rig()
  endpoint.always = { problem: refusal(), takesMs: 50 }
  const outcomes = await Promise.all(Array.from({ length: 200 }, outcome))
  assert.deepEqual(new Set(outcomes), new Set(['credentials_rejected']))
  assert.equal(endpoint.requests.length, 1)
  assert.ok(clock.now().mono > 0)
})

test('start asks for the first token before any request', async () => {
  const { clock, endpoint, tokens } = rig()
  await clock.advance(60_000)
  assert.equal(endpoint.requests.length, 0)
  tokens.start()
  await clock.advance(0)
  assert.equal(endpoint.requests.length, 1)
  assert.equal(nameOf(tokens.current()), 'token-1')
})

test('a caller waits at most tokenWaitMs for an endpoint that hangs', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.always = 'hang'
  const began = clock.now().mono
  const waiting = tokens.get().then(
    () => assert.fail('a token from nowhere'),
    (error: unknown) => error,
  )
  await clock.advance(14_999)
  assert.equal(tokens.state().waiting, 1)
  await clock.advance(1)
  const problem = await waiting
  assert(problem instanceof ProblemError)
  assert.equal(problem.code, 'token_unavailable')
  assert.match(problem.detail, /has not answered in time; try again/)
  assert.equal(clock.now().mono - began, 15_000)
  assert.equal(tokens.state().waiting, 0)
})

test('with a wait of zero a caller without a token is answered at once', async () => {
  const { clock, endpoint, tokens } = rig({ tokenWaitMs: 0 })
  endpoint.roundTripMs = 100
  const began = clock.now().mono
  assert.equal(await settled(clock, tokens.get()), 'token_unavailable')
  assert.equal(clock.now().mono, began)
  await clock.advance(100)
  assert.equal(await settled(clock, tokens.get()), 'token-1')
})

test('stop answers all who wait, asks no more and leaves no timer', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  endpoint.always = { problem: trouble(), takesMs: 0 }
  const waiting = Promise.all([outcome(), outcome(), outcome()])
  tokens.stop()
  assert.deepEqual(await waiting, ['draining', 'draining', 'draining'])
  assert.equal(clock.timers(), 0)
  const asked = endpoint.requests.length
  assert.equal(await outcome(), 'draining')
  await assert.rejects(tokens.renew(), { code: 'draining' })
  await assert.rejects(tokens.replace(endpoint.source), { code: 'draining' })
  await clock.advance(3_600_000)
  assert.equal(endpoint.requests.length, asked)
  assert.equal(clock.timers(), 0)
})

test('stop takes back the timer of the next renewal', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  assert.equal(clock.timers(), 1)
  tokens.stop()
  assert.equal(clock.timers(), 0)
  await clock.advance(7_200_000)
  assert.equal(endpoint.requests.length, 1)
})

test('stop during a renewal lets the requests that hold for it go on with the token that is still good', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  endpoint.always = 'hang'
  await clock.advance(3_600_000 - 10_000)
  const waiting = tokens.get()
  tokens.stop()
  assert.equal(nameOf(await waiting), 'token-1')
  assert.equal(clock.timers(), 0)
})

test('renew asks at once whatever is remembered, and clicks in a row cost one request', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  endpoint.script = [{ problem: refusal() }]
  assert.equal(await outcome(), 'credentials_rejected')
  endpoint.roundTripMs = 50
  const clicks = Promise.all([tokens.renew(), tokens.renew(), tokens.renew()])
  await clock.advance(50)
  await clicks
  assert.equal(endpoint.requests.length, 2)
  assert.equal(await outcome(), 'token-1')
  endpoint.script = [{ problem: refusal(), takesMs: 0 }]
  await assert.rejects(tokens.renew(), { code: 'credentials_rejected' })
})

test('the state tells everything but the token', async () => {
  const { clock, endpoint, tokens, call } = rig()
  assert.deepEqual(tokens.state(), {
    valid: false,
    expiresInMs: undefined,
    lifetimeMs: undefined,
    lifetimeAssumed: false,
    obtainedAt: undefined,
    requesting: false,
    waiting: 0,
    requests: 0,
    failure: undefined,
    rejectionsPaused: false,
  })
  endpoint.script = [{ lifetimeMs: 60_000, lifetimeAssumed: true, takesMs: 100 }]
  const sentAt = clock.now().wall
  const waiting = call()
  assert.deepEqual([tokens.state().requesting, tokens.state().waiting], [true, 1])
  await clock.advance(100)
  await waiting
  endpoint.always = { problem: trouble() }
  await clock.advance(50_000)
  const { failure, ...state } = tokens.state()
  assert.deepEqual(state, {
    valid: true,
    expiresInMs: 9_900,
    lifetimeMs: 60_000,
    lifetimeAssumed: true,
    obtainedAt: sentAt,
    requesting: false,
    waiting: 0,
    requests: endpoint.requests.length,
    rejectionsPaused: false,
  })
  assert.equal(failure?.code, 'token_unavailable')
  assert.match(failure === undefined ? '' : inWords(failure, 'operator'), /status 503/)
  assert.ok((failure?.retryInMs ?? 0) > 0)
})

test('a source that throws before it returns a promise is passing trouble like any other', async () => {
  const { clock, endpoint, tokens } = rig()
  let calls = 0
  const replaced = tokens.replace(() => {
    calls += 1
    throw new TypeError('unforeseen')
  })
  await assert.rejects(replaced, { code: 'token_unavailable' })
  assert.equal(calls, 1)
  endpoint.script = [{ problem: new TypeError('unforeseen') }]
  assert.equal(await settled(clock, tokens.get()), 'token-1')
})
