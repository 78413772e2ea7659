import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { ProblemError, type ProblemOptions, problem } from '../../src/problems/problem.ts'
import { type CacheOptions, cached, type TokenCache, type TokenEvent } from '../../src/tokens/cache/token-cache.ts'
import type { AccessToken, TokenSource } from '../../src/tokens/token-source.ts'
import { type TestClock, testClock } from './clock.ts'

/** What the endpoint does with one request; without a script it issues a new token of `lifetimeMs`. */
export type Step =
  | { token?: string; lifetimeMs?: number; lifetimeAssumed?: boolean; takesMs?: number }
  | { problem: Error; takesMs?: number }
  | 'hang'

export type Endpoint = {
  source: TokenSource
  /** What comes next, first things first. */
  script: Step[]
  /** Once the script has ended. */
  always: Step | undefined
  lifetimeMs: number
  roundTripMs: number
  /** When each request began, on the monotonic clock, and for which rejected token. */
  requests: { at: number; rejected: string | undefined }[]
  /** How many were under way at once, at most. */
  mostAtOnce: number
}

const begins = 'secret-value'

/** A token endpoint that does what a test says, on the test's clock. */
export function testEndpoint(clock: TestClock, name = 'token'): Endpoint {
  let underWay = 0
  let issued = 0
  const endpoint: Endpoint = {
    script: [],
    always: undefined,
    lifetimeMs: 3_600_000,
    roundTripMs: 0,
    requests: [],
    mostAtOnce: 0,
    async source(rejected) {
      const sentAt = clock.now()
      endpoint.requests.push({ at: sentAt.mono, rejected: rejected && nameOf(rejected) })
      const step = endpoint.script.shift() ?? endpoint.always ?? {}
      underWay += 1
      endpoint.mostAtOnce = Math.max(endpoint.mostAtOnce, underWay)
      try {
        if (step === 'hang') return await new Promise<never>(() => {})
        const takesMs = step.takesMs ?? endpoint.roundTripMs
        if (takesMs > 0) await clock.pass(takesMs)
        if ('problem' in step) throw step.problem
        return {
          value: `${begins}-${step.token ?? `${name}-${++issued}`}`,
          tenant: 'demo',
          sentAt,
          receivedAtMono: clock.now().mono,
          lifetimeMs: step.lifetimeMs ?? endpoint.lifetimeMs,
          lifetimeAssumed: step.lifetimeAssumed ?? false,
        }
      } finally {
        underWay -= 1
      }
    },
  }
  return endpoint
}

/** The name by which a test knows a token. */
export function nameOf(token: AccessToken | undefined): string | undefined {
  return token?.value.slice(begins.length + 1)
}

export type Rig = {
  clock: TestClock
  endpoint: Endpoint
  tokens: TokenCache
  events: TokenEvent[]
  /** What a request does: a token at once, or the wait for one. Never with a token that has expired. */
  call(): Promise<AccessToken>
  /** `call` on a clock that moves on until there is an answer, which is the token's name or the problem's code. */
  outcome(): Promise<string | undefined>
}

/**
 * A cache with the default settings (design/promises 2.8), on a clock that the test moves, and an endpoint that the
 * test scripts.
 */
export function rig(overrides: Partial<CacheOptions> = {}): Rig {
  const clock = testClock()
  const endpoint = testEndpoint(clock)
  const events: TokenEvent[] = []
  const tokens = cached(endpoint.source, {
    clock,
    refreshMarginMs: 300_000,
    tokenWaitMs: 15_000,
    idleCheckMs: 21_600_000,
    random: () => 0.5,
    report(event) {
      assert.doesNotMatch(inspect(event, { depth: 9, showHidden: true }), new RegExp(begins))
      events.push(event)
    },
    ...overrides,
  })
  const call = async () => {
    const token = tokens.current() ?? (await tokens.get())
    assert.doesNotMatch(JSON.stringify(tokens.state()), new RegExp(begins))
    assert.equal(endpoint.mostAtOnce, 1)
    return token
  }
  const outcome = () => settled(clock, call())
  return { clock, endpoint, tokens, events, call, outcome }
}

/** Lets time pass, at most an hour, until a promise has an outcome: a token's name or a problem's code. */
export async function settled(
  clock: TestClock,
  promise: Promise<AccessToken | undefined>,
): Promise<string | undefined> {
  let done = false
  const outcome = promise
    .then(nameOf, (error: unknown) => {
      assert(error instanceof ProblemError, inspect(error))
      return error.code
    })
    .finally(() => {
      done = true
    })
  for (let i = 0; !done && i < 36_000; i++) await clock.advance(i === 0 ? 0 : 100)
  assert(done, 'no outcome within an hour')
  return outcome
}

/** Passing trouble, as the grant reports it. */
export function trouble(options: ProblemOptions = {}): ProblemError {
  return problem('token_endpoint_status', { status: 503 }, options)
}

/** The client is refused, as the grant reports it. */
export function refusal(): ProblemError {
  return problem('client_refused', { status: 401, error: 'invalid_client', grant: 'client_credentials' })
}
