import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf, rig, settled, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

test('a token is handed out until its last millisecond, and never at or after its expiry', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  assert.equal(await outcome(), 'token-1')
  endpoint.always = { problem: trouble() }
  await clock.advance(hourMs - 1)
  assert.equal(nameOf(tokens.current()), 'token-1')
  await clock.advance(1)
  assert.equal(tokens.current(), undefined)
  assert.equal(await outcome(), 'token_unavailable')
})

test('the lifetime counts from when the token request was sent', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.script = [{ takesMs: 4_000 }]
  const waiting = call()
  await clock.advance(4_000)
  await waiting
  endpoint.always = { problem: trouble() }
  assert.equal(tokens.state().expiresInMs, hourMs - 4_000)
  await clock.advance(hourMs - 4_000)
  assert.equal(tokens.current(), undefined)
})

test('a wall clock that jumps ahead by hours costs one renewal, no storm, and no expired token', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  clock.setWall(5 * hourMs)
  assert.equal(tokens.current(), undefined)
  endpoint.roundTripMs = 50
  const all = Promise.all(Array.from({ length: 100 }, call))
  await clock.advance(50)
  assert.deepEqual(new Set((await all).map(nameOf)), new Set(['token-2']))
  for (let i = 0; i < 300; i++) {
    await clock.advance(10_000)
    await call()
  }
  assert.equal(endpoint.requests.length, 2)
})

test('a jump ahead is noticed within a minute even without a request', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  clock.setWall(5 * hourMs)
  await clock.advance(60_000)
  assert.equal(endpoint.requests.length, 2)
  assert.equal(nameOf(tokens.current()), 'token-2')
})

test('after a wall clock that jumps back by hours the monotonic clock governs', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  clock.setWall(-5 * hourMs)
  for (let i = 0; i < 320; i++) {
    await clock.advance(10_000)
    await call()
  }
  assert.equal(endpoint.requests.length, 1, 'no renewal because of the jump')
  endpoint.always = { problem: trouble() }
  await clock.advance(hourMs - 3_200_000)
  assert.equal(tokens.current(), undefined)
})

test('a clock that is set ahead and back again costs one renewal', async () => {
  const { clock, endpoint, call, outcome } = rig()
  await call()
  clock.setWall(3 * hourMs)
  assert.equal(await outcome(), 'token-2')
  clock.setWall(-3 * hourMs)
  for (let i = 0; i < 300; i++) {
    await clock.advance(10_000)
    await call()
  }
  assert.equal(endpoint.requests.length, 2)
})

test('a machine that slept past the expiry renews once and hands out nothing that has expired', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  assert.equal(await outcome(), 'token-1')
  clock.sleep(8 * hourMs)
  assert.equal(tokens.current(), undefined)
  assert.deepEqual(await Promise.all([outcome(), outcome(), outcome()]), ['token-2', 'token-2', 'token-2'])
  assert.equal(endpoint.requests.length, 2)
})

test('a machine that slept for a part of the lifetime renews at the margin of what is left', async () => {
  const { clock, endpoint, call } = rig()
  await call()
  clock.sleep(hourMs - 1_000_000)
  await clock.advance(1_000_000 - 315_000 - 1)
  assert.equal(endpoint.requests.length, 1)
  await clock.advance(1)
  assert.equal(endpoint.requests.length, 2)
})

test('a token that expired on the way is never handed out, the flight goes on instead', async () => {
  const { clock, endpoint, call, events } = rig()
  endpoint.script = [{ lifetimeMs: 1_000, takesMs: 1_000 }, { lifetimeMs: 60_000 }]
  assert.equal(await settled(clock, call()), 'token-2')
  assert.deepEqual(
    events.map(({ type }) => type),
    ['failed', 'obtained'],
  )
  assert(events[0]?.type === 'failed')
  assert.match(events[0].problem.detail, /expired while it was being fetched/)
})

test('a laptop that sleeps while its token is on the way does not use it', async () => {
  const { clock, endpoint, call } = rig()
  endpoint.script = [{ takesMs: 1_000 }]
  const waiting = call()
  clock.sleep(2 * hourMs)
  assert.equal(await settled(clock, waiting), 'token-2')
})

for (const lifetimeMs of [0, -1_000]) {
  test(`a lifetime of ${lifetimeMs} serves the requests that wait, and is not asked for without any`, async () => {
    const { clock, endpoint, tokens, outcome } = rig()
    endpoint.lifetimeMs = lifetimeMs
    endpoint.roundTripMs = 50
    assert.deepEqual(await Promise.all([outcome(), outcome()]), ['token-1', 'token-1'])
    assert.equal(tokens.current(), undefined)
    await clock.advance(hourMs)
    assert.equal(endpoint.requests.length, 1, 'no request of its own accord')
    assert.equal(await outcome(), 'token-2')
    assert.equal(endpoint.requests.length, 2)
  })
}

test('a server whose only token has a lifetime of zero serves every request, after a second of doubt', async () => {
  const { clock, endpoint, outcome } = rig()
  endpoint.always = { token: 'for-ever', lifetimeMs: 0 }
  for (let i = 0; i < 20; i++) {
    const began = clock.now().mono
    assert.equal(await outcome(), 'for-ever')
    // A token that comes twice within a second may be the last second of one that is handed back.
    assert.equal(Math.round((clock.now().mono - began) / 100), i === 1 ? 11 : 0)
  }
})

test('a renewal that brings a lifetime of zero does not take away the token that is still good', async () => {
  const { clock, endpoint, tokens, call, outcome } = rig()
  await call()
  endpoint.lifetimeMs = 0
  await clock.advance(hourMs - 100_000)
  assert.equal(endpoint.requests.length, 2)
  for (let i = 0; i < 60; i++) {
    assert.equal(nameOf(tokens.current()), 'token-1')
    await clock.advance(1_000)
  }
  assert.equal(endpoint.requests.length, 2, 'what cannot be kept is not asked for again and again')
  await clock.advance(40_000)
  assert.equal(await outcome(), 'token-3')
})

/** Lifetime, then the margin without jitter: the setting of 300 s, or 20 %. All in milliseconds. */
const margins: [lifetimeMs: number, marginMs: number][] = [
  [1_000, 200],
  [2_000, 400],
  [60_000, 12_000],
  [600_000, 120_000],
  [1_500_000, 300_000],
  [hourMs, 300_000],
  [24 * hourMs, 300_000],
]

for (const [lifetimeMs, marginMs] of margins) {
  for (const random of [0, 0.5, 1]) {
    const earlyMs = marginMs * (1 + 0.1 * random)
    test(`of ${lifetimeMs} ms, ${earlyMs} ms before the end a renewal begins, in the background (chance: ${random})`, async () => {
      const { clock, endpoint, tokens, call } = rig({ random: () => random, idleCheckMs: 0 })
      endpoint.lifetimeMs = lifetimeMs
      await call()
      await clock.advance(lifetimeMs - earlyMs - 0.5)
      assert.equal(endpoint.requests.length, 1)
      await clock.advance(1)
      assert.equal(endpoint.requests.length, 2)
      assert.equal(nameOf(tokens.current()), 'token-2')
    })
  }
}

test('a margin that is set to zero leaves the last stretch, in which requests wait', async () => {
  const { clock, endpoint, call } = rig({ refreshMarginMs: 0 })
  await call()
  await clock.advance(hourMs - 30_001)
  assert.equal(endpoint.requests.length, 1)
  await clock.advance(1)
  assert.equal(endpoint.requests.length, 2)
})

test('no request meets a step of latency at a renewal: the old token goes on until the new one is there', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  await clock.advance(hourMs - 400_000)
  endpoint.roundTripMs = 4_000
  let waited = 0
  const seen: (string | undefined)[] = []
  for (let i = 0; i < 400; i++) {
    await clock.advance(250)
    const token = tokens.current()
    if (token === undefined) waited += 1
    else if (nameOf(token) !== seen.at(-1)) seen.push(nameOf(token))
  }
  assert.equal(waited, 0)
  assert.deepEqual(seen, ['token-1', 'token-2'])
  assert.equal(endpoint.requests.length, 2)
})

test('in the last 30 s requests wait for the renewal and get its token', async () => {
  const { clock, endpoint, tokens, call, outcome } = rig()
  await call()
  endpoint.script = [{ takesMs: 290_000 }]
  await clock.advance(hourMs - 30_001)
  assert.equal(nameOf(tokens.current()), 'token-1')
  await clock.advance(1)
  assert.equal(tokens.current(), undefined)
  assert.equal(await outcome(), 'token-2')
})

test('of a token of 60 s the last 3 s are those in which requests wait', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.lifetimeMs = 60_000
  await call()
  endpoint.script = ['hang']
  await clock.advance(57_000 - 1)
  assert.equal(nameOf(tokens.current()), 'token-1')
  await clock.advance(1)
  assert.equal(tokens.current(), undefined)
})

test('when the renewal that a request waits for fails, it goes on with the token that is still good', async () => {
  const { clock, endpoint, tokens, call } = rig()
  await call()
  endpoint.always = { problem: trouble(), takesMs: 5_000 }
  await clock.advance(hourMs - 20_000)
  const calls: Promise<unknown>[] = []
  for (let i = 0; i < 20; i++) {
    calls.push(call().then((token) => assert.equal(nameOf(token), 'token-1')))
    await clock.advance(900)
  }
  await clock.advance(1_990)
  assert.ok(tokens.state().valid)
  await Promise.all(calls)
})

test('it goes on with it as soon as the renewal has failed', async () => {
  const { clock, endpoint, call } = rig()
  await call()
  endpoint.always = { problem: trouble() }
  await clock.advance(hourMs - 30_000)
  endpoint.always = { problem: trouble(), takesMs: 700 }
  const waiting: number[] = []
  for (let i = 0; i < 25; i++) {
    const began = clock.now().mono
    const answer = call().then(() => waiting.push(clock.now().mono - began))
    await clock.advance(1_000)
    await answer
  }
  assert.ok(
    waiting.some((ms) => ms > 0),
    'some did wait',
  )
  assert.ok(waiting.every((ms) => ms <= 700))
})

test('a renewal that hangs costs no request while the token is still good', async () => {
  for (const lifetimeMs of [30_000, 60_000, hourMs]) {
    const { clock, endpoint, call } = rig()
    endpoint.lifetimeMs = lifetimeMs
    await call()
    endpoint.always = 'hang'
    await clock.advance(0.96 * lifetimeMs)
    const calls = Promise.all([call(), call()])
    await clock.advance(0.04 * lifetimeMs - 1_000)
    assert.deepEqual((await calls).map(nameOf), ['token-1', 'token-1'])
  }
})

test('a slow but healthy renewal of a very short token is waited for: its old token would expire under way', async () => {
  const { clock, endpoint, tokens, call, outcome } = rig()
  endpoint.lifetimeMs = 2_000
  await call()
  endpoint.roundTripMs = 450
  await clock.advance(1_950)
  assert.equal(tokens.current(), undefined)
  assert.equal(await outcome(), 'token-2')
})
