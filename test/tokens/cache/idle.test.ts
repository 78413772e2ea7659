import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, refusal, rig, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

test('without a request during a whole lifetime renewal stops; the next request gets a fresh token', async () => {
  const { clock, endpoint, call, tokens } = rig({ idleCheckMs: 0 })
  await call()
  await clock.advance(100 * hourMs)
  assert.equal(endpoint.requests.length, 2, 'one renewal, as until then it was in use')
  assert.equal(tokens.current(), undefined)
  assert.equal(nameOf(await call()), 'token-3')
})

test('a request now and then keeps renewal in the background going', async () => {
  const { clock, endpoint, tokens, call } = rig({ idleCheckMs: 0 })
  await call()
  for (let i = 0; i < 24; i++) {
    await clock.advance(50 * 60_000)
    assert.notEqual(tokens.current(), undefined, 'never a wait')
  }
  assert.ok(endpoint.requests.length <= 24)
})

test('an idle sidecar proves its credentials every six hours', async () => {
  const { clock, endpoint, tokens } = rig()
  tokens.start()
  await clock.advance(30 * 24 * hourMs)
  const days = endpoint.requests.length / 30
  assert.ok(days > 3.8 && days < 4.2, `${days} requests a day`)
})

test('credentials that die on day 3 are reported on day 3, and asked for again every quarter of an hour', async () => {
  const { clock, endpoint, tokens, events } = rig()
  tokens.start()
  await clock.advance(3 * 24 * hourMs)
  endpoint.always = { problem: refusal() }
  await clock.advance(6 * hourMs)
  const last = events.at(-1)
  assert(last?.type === 'failed')
  assert.deepEqual([last.problem.code, last.tokenStillValid], ['credentials_rejected', false])
  assert.equal(tokens.state().failure?.code, 'credentials_rejected')
  const before = endpoint.requests.length
  await clock.advance(24 * hourMs)
  assert.equal(endpoint.requests.length, before + 24 * 4)
  endpoint.always = undefined
  await clock.advance(hourMs / 4)
  assert.equal(tokens.state().failure, undefined)
})

test('a check that meets passing trouble goes on until it is answered', async () => {
  const { clock, endpoint, tokens } = rig()
  tokens.start()
  await clock.advance(12 * hourMs)
  endpoint.always = { problem: trouble() }
  await clock.advance(7 * hourMs)
  assert.equal(tokens.state().failure?.code, 'token_unavailable')
  endpoint.always = undefined
  await clock.advance(61_000)
  assert.equal(tokens.state().failure, undefined)
})

test('a refusal at the start is tried again in the background for an hour, then every quarter of an hour', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.always = { problem: refusal() }
  tokens.start()
  await clock.advance(hourMs)
  const firstHour = endpoint.requests.length
  assert.ok(firstHour > 10)
  await clock.advance(5 * hourMs)
  assert.ok(Math.abs(endpoint.requests.length - firstHour - 5 * 4) <= 1)
})

test('a check wakes nothing else: a request after it keeps its token in the background again', async () => {
  const { clock, tokens, call } = rig()
  await call()
  await clock.advance(7 * hourMs)
  assert.equal(tokens.state().valid, true, 'the check has just brought a token')
  await call()
  await clock.advance(55 * 60_000)
  assert.notEqual(tokens.current(), undefined)
})

test('a sidecar in use is not checked beside its renewals', async () => {
  const { clock, endpoint, call } = rig({ idleCheckMs: 600_000 })
  endpoint.lifetimeMs = 24 * hourMs
  await call()
  for (let i = 0; i < 200; i++) {
    await clock.advance(300_000)
    await call()
  }
  assert.equal(endpoint.requests.length, 1)
})

test('a token that outlives the check is proved all the same when nobody calls', async () => {
  const { clock, endpoint, tokens } = rig({ idleCheckMs: 600_000 })
  endpoint.lifetimeMs = 24 * hourMs
  tokens.start()
  await clock.advance(601_000)
  assert.equal(endpoint.requests.length, 2)
})
