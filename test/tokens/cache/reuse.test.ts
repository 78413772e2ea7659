// A server with Spring Security OAuth's habit (design/catapa 5): it hands back the token that exists, with its
// remaining lifetime in whole seconds, 0 in the last one, until it has expired.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cached, type TokenCache, type TokenEvent } from '../../../src/tokens/cache/token-cache.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'
import { rig } from '../../support/cache-rig.ts'
import { type TestClock, testClock } from '../../support/clock.ts'

type Spring = { source: TokenSource; requests: number[]; issued: number; isValid(token: AccessToken): boolean }

/** The server has a clock of its own, which no one sets: it runs as the world does. */
function spring(clock: TestClock, lifetimeMs: number, thereMs: number, backMs: number, slept = () => 0): Spring {
  let existing = { value: 'none', expiresAt: Number.NEGATIVE_INFINITY }
  const now = () => clock.now().mono + slept()
  const server: Spring = {
    requests: [],
    issued: 0,
    isValid: ({ value }) => value === existing.value && existing.expiresAt > now(),
    async source() {
      const sentAt = clock.now()
      server.requests.push(sentAt.mono)
      await clock.pass(thereMs)
      if (existing.expiresAt <= now()) {
        server.issued += 1
        existing = { value: `token-${server.issued}`, expiresAt: now() + lifetimeMs }
      }
      const { value } = existing
      const seconds = Math.floor((existing.expiresAt - now()) / 1000)
      await clock.pass(backMs)
      return {
        value,
        tenant: 'demo',
        sentAt,
        receivedAtMono: clock.now().mono,
        lifetimeMs: seconds * 1000,
        lifetimeAssumed: false,
      }
    },
  }
  return server
}

function tokensOf(source: TokenSource, clock: TestClock, random: () => number, events: TokenEvent[] = []): TokenCache {
  return cached(source, {
    clock,
    refreshMarginMs: 300_000,
    tokenWaitMs: 15_000,
    idleCheckMs: 21_600_000,
    random,
    report: (event) => events.push(event),
  })
}

const lifetimes = [1_000, 2_000, 3_000, 60_000, 3_600_000]
const roundTrips: [thereMs: number, backMs: number][] = [
  [0.5, 0.5],
  [20, 10],
  [0.25, 99.75],
  [250, 150],
]

for (const lifetimeMs of lifetimes) {
  for (const [thereMs, backMs] of roundTrips) {
    test(`tokens of ${lifetimeMs} ms that are handed back, ${thereMs} + ${backMs} ms away: never one that has expired`, async () => {
      const lifetimesRun = 20
      const clock = testClock()
      let seed = 7
      const random = () => {
        seed = (seed * 16_807) % 2_147_483_647
        return seed / 2_147_483_647
      }
      const server = spring(clock, lifetimeMs, thereMs, backMs)
      const tokens = tokensOf(server.source, clock, random)
      tokens.start()
      await clock.advance(random() * 1_000)
      const everyMs = Math.min(lifetimeMs / 60, 5_000)
      const began = clock.now().mono
      let longestMs = 0
      let expired = 0
      const call = async () => {
        const askedAt = clock.now().mono
        const token = tokens.current() ?? (await tokens.get())
        longestMs = Math.max(longestMs, clock.now().mono - askedAt)
        await clock.pass(5) // On its way to CATAPA.
        if (!server.isValid(token)) expired += 1
        else tokens.accepted(token)
      }
      const calls: Promise<void>[] = []
      const end = began + lifetimesRun * lifetimeMs
      while (clock.now().mono < end) {
        calls.push(call())
        await clock.advance(everyMs * (0.5 + random()))
      }
      await clock.advance(5_000)
      await Promise.all(calls)
      assert.equal(expired, 0)
      assert.ok(longestMs <= 2_000 + thereMs + backMs, `a request waited ${longestMs} ms`)
      assert.ok(server.issued >= lifetimesRun / 3, 'tokens did rotate')
      assert.ok(
        server.requests.length <= 2 * server.issued + 2,
        `${server.requests.length} token requests for ${server.issued} tokens`,
      )
    })
  }
}

test('no renewal in ever shorter steps: after the token was handed back, the next request is for its successor', async () => {
  const clock = testClock()
  const events: TokenEvent[] = []
  const server = spring(clock, 3_600_000, 50, 50)
  const tokens = tokensOf(server.source, clock, () => 0, events)
  tokens.start()
  for (let i = 0; i < 3_700; i++) {
    await clock.advance(1_000)
    tokens.current()
  }
  const [first = 0, second = 0, third = 0] = server.requests
  assert.deepEqual([server.requests.length, Math.round((second - first) / 1000)], [3, 3_300])
  assert.ok(third - first >= 3_600_000 && third - first <= 3_602_000)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['obtained', 'unchanged', 'obtained'],
  )
})

test('a sidecar that starts in the last seconds of such a token loses no request', async () => {
  const clock = testClock()
  const server = spring(clock, 60_000, 10, 10)
  const other = server.source()
  await clock.advance(20)
  await other
  await clock.advance(55_000)
  const tokens = tokensOf(server.source, clock, () => 0)
  tokens.start()
  await clock.advance(4_300)
  const calls = Promise.all([tokens.get(), tokens.get()])
  await clock.advance(2_500)
  assert.deepEqual(
    (await calls).map(({ value }) => value),
    ['token-2', 'token-2'],
  )
})

test('a request that is handed back the token in its last second is held for the successor', async () => {
  const { clock, endpoint, outcome, call } = rig()
  endpoint.script = [
    { token: 'old', lifetimeMs: 60_000 },
    { token: 'old', lifetimeMs: 0, takesMs: 10 },
  ]
  endpoint.always = { token: 'new' }
  await call()
  clock.sleep(59_100) // No renewal went before.
  const began = clock.now().mono
  assert.deepEqual(await Promise.all([outcome(), outcome()]), ['new', 'new'])
  const waitedMs = clock.now().mono - began
  assert.ok(waitedMs >= 1_000 && waitedMs <= 2_000, `${waitedMs} ms`)
})

test('after a token that was handed back has ended, one that is not to be kept serves those who wait', async () => {
  const { clock, endpoint, outcome, call } = rig()
  endpoint.script = [
    { token: 'old', lifetimeMs: 60_000 },
    { token: 'old', lifetimeMs: 10_000 },
  ]
  endpoint.always = { token: 'new', lifetimeMs: 0 }
  await call()
  await clock.advance(59_000)
  assert.equal(endpoint.requests.length, 2, 'it was handed back')
  clock.sleep(10_000)
  assert.deepEqual(await Promise.all([outcome(), outcome()]), ['new', 'new'])
  assert.equal(endpoint.requests.length, 3)
})

test('a wall clock that jumps ahead does not shut out the token that the server goes on handing back', async () => {
  for (const atMs of [1_000_000, 3_400_000]) {
    const clock = testClock()
    const server = spring(clock, 3_600_000, 10, 10)
    const tokens = tokensOf(server.source, clock, () => 0)
    tokens.start()
    for (let i = 0; i < atMs / 10_000; i++) {
      await clock.advance(10_000)
      tokens.current()
    }
    clock.setWall(7_200_000)
    const waiting = tokens.get()
    await clock.advance(20)
    assert.equal((await waiting).value, 'token-1')
    for (let i = 0; i < 1_000; i++) {
      await clock.advance(10_000)
      const token = tokens.current()
      assert.ok(token === undefined || server.isValid(token))
    }
    assert.ok(server.requests.length <= 2 * server.issued + 3, `${server.requests.length} for ${server.issued}`)
  }
})

test('a machine that slept over the end of such a token has the successor at once', async () => {
  const clock = testClock()
  let slept = 0
  const server = spring(clock, 3_600_000, 10, 10, () => slept)
  const tokens = tokensOf(server.source, clock, () => 0)
  tokens.start()
  for (let i = 0; i < 340; i++) {
    await clock.advance(10_000)
    tokens.current()
  }
  assert.equal(server.requests.length, 2, 'it was handed back before the sleep')
  clock.sleep(3_600_000)
  slept = 3_600_000
  const waiting = tokens.get()
  await clock.advance(20)
  assert.equal((await waiting).value, 'token-2')
})

test('the same token with a deadline that has really moved is as good as a new one', async () => {
  const clock = testClock()
  let requests = 0
  const tokens = tokensOf(
    async () => {
      requests += 1
      const sentAt = clock.now()
      return {
        value: 'sliding',
        tenant: 'demo',
        sentAt,
        receivedAtMono: sentAt.mono,
        lifetimeMs: 3_600_000,
        lifetimeAssumed: false,
      }
    },
    clock,
    () => 0,
  )
  tokens.start()
  for (let i = 0; i < 20_000; i++) {
    await clock.advance(900)
    assert.notEqual(tokens.current(), undefined, 'no request is held')
  }
  assert.ok(requests >= 5 && requests <= 7, `${requests} in 5 hours`)
})
