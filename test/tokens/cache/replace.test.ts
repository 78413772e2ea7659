import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, refusal, rig, settled, testEndpoint, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

test('new credentials are tried first, and used once they work', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  const fresh = testEndpoint(clock, 'fresh')
  fresh.roundTripMs = 300
  const replaced = tokens.replace(fresh.source)
  await clock.advance(299)
  assert.equal(nameOf(tokens.current()), 'token-1', 'while they are tried the old token serves')
  await clock.advance(1)
  await replaced
  assert.equal(nameOf(tokens.current()), 'fresh-1')
  await clock.advance(hourMs - 310_000)
  assert.equal(nameOf(tokens.current()), 'fresh-2')
  assert.equal(endpoint.requests.length, 1)
})

test('new credentials that do not work leave token, source and memory as they were', async () => {
  for (const problem of [refusal(), trouble()]) {
    const { clock, endpoint, tokens, call, events } = rig()
    await call()
    const fresh = testEndpoint(clock, 'fresh')
    fresh.always = { problem }
    await assert.rejects(tokens.replace(fresh.source), problem)
    assert.equal(nameOf(tokens.current()), 'token-1')
    assert.equal(tokens.state().failure, undefined)
    assert.deepEqual(
      events.map(({ type }) => type),
      ['obtained'],
    )
    await clock.advance(hourMs - 310_000)
    assert.equal(nameOf(tokens.current()), 'token-2')
    assert.equal(endpoint.requests.length, 2)
    assert.equal(fresh.requests.length, 1)
  }
})

test('credentials that work clear the memory of a refusal', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  endpoint.always = { problem: refusal() }
  assert.equal(await outcome(), 'credentials_rejected')
  const fresh = testEndpoint(clock, 'fresh')
  const began = clock.now().mono
  await tokens.replace(fresh.source)
  assert.equal(await settled(clock, tokens.get()), 'fresh-1')
  assert.equal(clock.now().mono, began)
  assert.equal(tokens.state().failure, undefined)
})

test('while a refusal is remembered, who joins the trial of new credentials is answered with its outcome', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  endpoint.always = { problem: refusal() }
  assert.equal(await outcome(), 'credentials_rejected')
  const fresh = testEndpoint(clock, 'fresh')
  fresh.always = { problem: refusal(), takesMs: 300 }
  const began = clock.now().mono
  const replaced = assert.rejects(tokens.replace(fresh.source), { code: 'credentials_rejected' })
  assert.equal(await outcome(), 'credentials_rejected')
  await replaced
  assert.ok(clock.now().mono - began <= 400, 'not held until the memory lapses')
  assert.equal(endpoint.requests.length, 1)
})

test('the trial takes its turn behind a token request under way: one at a time', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.roundTripMs = 400
  const waiting = call()
  const fresh = testEndpoint(clock, 'fresh')
  fresh.roundTripMs = 400
  const replaced = tokens.replace(fresh.source)
  const again = tokens.replace(testEndpoint(clock, 'fresher').source)
  await clock.advance(399)
  assert.deepEqual([endpoint.requests.length, fresh.requests.length], [1, 0])
  assert.equal(await settled(clock, waiting), 'token-1')
  await clock.advance(900)
  await Promise.all([replaced, again])
  assert.equal(nameOf(tokens.current()), 'fresher-1')
})

test('a renewal that was asked for during the trial uses the new credentials, not the old ones again', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  const fresh = testEndpoint(clock, 'fresh')
  fresh.roundTripMs = 400
  const all = Promise.all([tokens.replace(fresh.source), tokens.renew()])
  await clock.advance(800)
  await all
  assert.equal(nameOf(tokens.current()), 'fresh-2')
  assert.equal(endpoint.requests.length, 1)
})

test('callers who wait for the old credentials in vain are served by the new ones', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.always = { problem: trouble() }
  const waiting = call()
  await clock.advance(1_000)
  await tokens.replace(testEndpoint(clock, 'fresh').source)
  assert.equal(nameOf(await waiting), 'fresh-1')
})

test('credentials work even if the first token that they bring has expired on the way', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  const fresh = testEndpoint(clock, 'fresh')
  fresh.script = [{ lifetimeMs: 100, takesMs: 100 }]
  const replaced = tokens.replace(fresh.source)
  await clock.advance(100)
  await replaced
  assert.equal(nameOf(tokens.current()), 'token-1', 'nothing better yet')
  await clock.advance(hourMs - 310_000)
  assert.equal(nameOf(tokens.current()), 'fresh-2')
  assert.equal(endpoint.requests.length, 1)
})

test('a server that hands the same token to the new secret loses nobody a request', async () => {
  const { clock, tokens, call } = rig()
  await call()
  const fresh = testEndpoint(clock, 'fresh')
  fresh.script = [{ token: 'token-1', lifetimeMs: hourMs - 1_000 }]
  await tokens.replace(fresh.source)
  assert.equal(nameOf(tokens.current()), 'token-1')
})

test('the pause after refused tokens ends with new credentials', async () => {
  const { clock, tokens, call } = rig()
  for (let i = 0; i < 2; i++) {
    tokens.reject(await call())
  }
  assert.equal(tokens.state().rejectionsPaused, true)
  await tokens.replace(testEndpoint(clock, 'fresh').source)
  assert.equal(tokens.state().rejectionsPaused, false)
})
