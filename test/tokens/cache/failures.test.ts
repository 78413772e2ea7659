import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '../../../src/problems/problem.ts'
import { nameOf, refusal, rig, settled, trouble } from '../../support/cache-rig.ts'

const hourMs = 3_600_000

/** What `promise` rejects with. */
async function problemOf(promise: Promise<unknown>): Promise<ProblemError> {
  const error: unknown = await promise.then(
    () => assert.fail('a token from nowhere'),
    (reason: unknown) => reason,
  )
  assert(error instanceof ProblemError)
  return error
}

/** The pauses between token requests. */
function pauses(requests: { at: number }[]): number[] {
  return requests.slice(1).map(({ at }, i) => at - (requests[i]?.at ?? 0))
}

test('passing trouble is retried inside the flight, and the callers never see it', async () => {
  const { endpoint, outcome } = rig()
  endpoint.script = [{ problem: trouble() }, { problem: trouble() }, { problem: trouble() }]
  const outcomes = await Promise.all(Array.from({ length: 100 }, outcome))
  assert.deepEqual(new Set(outcomes), new Set(['token-1']))
  assert.equal(endpoint.requests.length, 4)
})

for (const [random, pace] of [
  [0, 0.75],
  [0.5, 1],
  [1, 1.25],
] as const) {
  test(`while callers wait, retries back off from 250 ms to 5 s, times ${pace} by chance`, async () => {
    const { clock, endpoint, tokens } = rig({ random: () => random, tokenWaitMs: 60_000 })
    endpoint.always = { problem: trouble() }
    const waiting = problemOf(tokens.get())
    await clock.advance(60_000)
    await waiting
    assert.deepEqual(
      pauses(endpoint.requests).slice(0, 7).map(Math.round),
      [250, 500, 1000, 2000, 4000, 5000, 5000].map((ms) => Math.round(ms * pace)),
    )
  })
}

test('without anyone who waits, retries slow down to one a minute', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.always = { problem: trouble() }
  tokens.start()
  await clock.advance(30 * 60_000)
  assert.deepEqual(
    pauses(endpoint.requests).slice(0, 10),
    [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
  )
})

test('success forgets the failures: the next trouble is retried soon again', async () => {
  const { clock, endpoint, tokens, call } = rig()
  endpoint.script = [{ problem: trouble() }, { problem: trouble() }, { problem: trouble() }]
  tokens.start()
  await clock.advance(2_000)
  assert.equal(tokens.state().failure, undefined)
  endpoint.script = [{ problem: trouble() }]
  await clock.advance(hourMs - 310_000)
  await call()
  assert.equal(pauses(endpoint.requests).at(-1), 250)
})

test('Retry-After is honoured inside the wait', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.script = [{ problem: trouble({ retryAfterMs: 7_000 }) }]
  assert.equal(await settled(clock, tokens.get()), 'token-1')
  assert.deepEqual(pauses(endpoint.requests), [7_000])
})

test('when Retry-After lies beyond the wait, all who wait and all who come are answered at once', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.script = [{ problem: trouble({ retryAfterMs: 40_000 }), takesMs: 100 }]
  const waiting = [problemOf(tokens.get()), problemOf(tokens.get())]
  await clock.advance(100)
  for (const { code, retryAfterMs, detail } of await Promise.all(waiting)) {
    assert.deepEqual([code, retryAfterMs], ['token_unavailable', 40_000])
    assert.match(detail, /status 503/)
  }
  await clock.advance(20_000)
  const began = clock.now().mono
  assert.equal((await problemOf(tokens.get())).retryAfterMs, 20_000)
  assert.equal(clock.now().mono, began)
  assert.equal(endpoint.requests.length, 1)
  await clock.advance(5_001)
  assert.equal(await settled(clock, tokens.get()), 'token-1', 'within 15 s of the next attempt a request waits again')
  assert.deepEqual(pauses(endpoint.requests), [40_100])
})

test('a Retry-After of a day is cut to 5 min', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.script = [{ problem: trouble({ retryAfterMs: 24 * hourMs }) }]
  assert.equal((await problemOf(tokens.get())).retryAfterMs, 300_000)
  await clock.advance(300_000)
  assert.equal(endpoint.requests.length, 2)
})

test('a failing renewal costs no request while the token is valid, and none afterwards gets an expired one', async () => {
  const { clock, endpoint, tokens, call, outcome, events } = rig()
  await call()
  endpoint.always = { problem: trouble() }
  for (let i = 0; i < 359; i++) {
    await clock.advance(10_000)
    assert.equal(nameOf(await call()), 'token-1')
  }
  const failed = events.filter((event) => event.type === 'failed')
  assert.ok(failed.length > 3 && failed.every(({ tokenStillValid }) => tokenStillValid))
  await clock.advance(10_000)
  assert.equal(tokens.current(), undefined)
  assert.equal(await outcome(), 'token_unavailable')
  endpoint.always = undefined
  assert.equal(await outcome(), 'token-2')
})

test('a refusal is answered to all who wait, and then at once for 30 s without a token request', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.always = { problem: refusal(), takesMs: 200 }
  const waiting = [problemOf(tokens.get()), problemOf(tokens.get())]
  await clock.advance(200)
  for (const { code, retryAfterMs } of await Promise.all(waiting)) {
    assert.deepEqual([code, retryAfterMs], ['credentials_rejected', 30_000])
  }
  const began = clock.now().mono
  for (let i = 0; i < 1000; i++) {
    assert.equal((await problemOf(tokens.get())).code, 'credentials_rejected')
  }
  assert.equal(clock.now().mono, began)
  await clock.advance(29_999)
  await problemOf(tokens.get())
  assert.equal(endpoint.requests.length, 1)
})

test('refusals are remembered for 30 s, doubling to 5 min, and tried again in the background', async () => {
  const { clock, endpoint, tokens } = rig({ idleCheckMs: 0 })
  endpoint.always = { problem: refusal() }
  tokens.start()
  await clock.advance(25 * 60_000)
  assert.deepEqual(pauses(endpoint.requests), [30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000])
})

test('it recovers when the memory has lapsed, and then a new refusal is remembered for 30 s again', async () => {
  const { clock, endpoint, tokens, outcome } = rig()
  endpoint.script = [{ problem: refusal() }, { problem: refusal() }]
  assert.equal(await outcome(), 'credentials_rejected')
  await clock.advance(90_000)
  assert.equal(await outcome(), 'token-1')
  assert.equal(tokens.state().failure, undefined)
  endpoint.script = [{ problem: refusal() }]
  await clock.advance(hourMs - 315_000)
  assert.equal(tokens.state().failure?.code, 'credentials_rejected')
  assert.equal(tokens.state().failure?.retryInMs, 30_000)
})

test('a refused renewal leaves the token that is still good in use, without hammering', async () => {
  const { clock, endpoint, call, outcome } = rig()
  await call()
  endpoint.always = { problem: refusal() }
  await clock.advance(hourMs - 316_000)
  for (let i = 0; i < 3_159; i++) {
    await clock.advance(100)
    assert.equal(nameOf(await call()), 'token-1')
  }
  assert.equal(endpoint.requests.length, 1 + 4, 'after 0, 30, 90 and 210 s')
  await clock.advance(200)
  assert.equal(await outcome(), 'credentials_rejected')
})

test('trouble after a refusal is retried soon, and the next refusal is remembered for longer', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.script = [{ problem: refusal() }, { problem: trouble() }, { problem: refusal() }]
  tokens.start()
  await clock.advance(30_000)
  assert.equal(tokens.state().failure?.code, 'token_unavailable')
  await clock.advance(600)
  assert.equal(tokens.state().failure?.code, 'credentials_rejected')
  await clock.advance(59_000)
  assert.equal(endpoint.requests.length, 3)
  await clock.advance(2_000)
  assert.equal(endpoint.requests.length, 4)
})

test('the report of a failure says whether the token still serves and when the next attempt is', async () => {
  const { clock, endpoint, tokens, events } = rig()
  endpoint.script = [{ problem: trouble({ retryAfterMs: 9_000 }) }]
  tokens.start()
  await clock.advance(9_000)
  endpoint.script = [{ problem: refusal() }]
  await clock.advance(hourMs - 315_000)
  assert.deepEqual(
    events.map((event) =>
      event.type === 'failed' ? [event.problem.code, event.tokenStillValid, event.retryInMs] : event.type,
    ),
    [['token_unavailable', false, 9_000], 'obtained', ['credentials_rejected', true, 30_000]],
  )
})

test('since when it fails is known, and a failure of another kind begins anew', async () => {
  const { clock, endpoint, tokens } = rig()
  endpoint.always = { problem: trouble() }
  tokens.start()
  await clock.advance(1)
  const began = tokens.state().failure?.at
  await clock.advance(60_000)
  const { at, since } = tokens.state().failure ?? {}
  assert.ok(began !== undefined && at !== undefined && at > began)
  assert.equal(since, began)
  endpoint.always = { problem: refusal() }
  await clock.advance(120_000)
  const refused = tokens.state().failure
  assert.equal(refused?.code, 'credentials_rejected')
  assert.ok((refused?.since ?? 0) > began)
})
