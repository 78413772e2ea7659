import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ProblemCode } from '../../../src/problems/codes.ts'
import { ProblemError } from '../../../src/problems/problem.ts'
import { cached } from '../../../src/tokens/cache/token-cache.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'
import { refusal, trouble } from '../../support/cache-rig.ts'
import { type TestClock, testClock } from '../../support/clock.ts'

const tokenWaitMs = 15_000
const idleCheckMs = 21_600_000
const refreshMarginMs = 300_000

/** What an endpoint does with the next request. */
type Outcome = { kind: 'token' | 'trouble' | 'refusal'; lifetimeMs: number; takesMs: number; retryAfterMs: number }

type Step =
  | { do: 'call' | 'poll' | 'start' | 'renew' }
  | { do: 'call again' | 'reject' | 'accept'; which: number }
  | { do: 'replace'; outcome: Outcome }
  | { do: 'script'; outcome: Outcome }
  | { do: 'advance' | 'set wall' | 'sleep'; ms: number }

const outcome: fc.Arbitrary<Outcome> = fc.record({
  kind: fc.constantFrom('token', 'token', 'trouble', 'refusal'),
  lifetimeMs: fc.constantFrom(-1_000, 0, 500, 2_000, 60_000, 3_600_000, 86_400_000),
  takesMs: fc.constantFrom(0, 1, 100, 700, 4_900),
  retryAfterMs: fc.constantFrom(0, 0, 1_000, 20_000, 10_000_000),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('call', 'call', 'poll', 'start', 'renew') }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('call again', 'reject', 'accept'), which: fc.nat({ max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replace'), outcome }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('script'), outcome }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('advance'),
      ms: fc.constantFrom(0, 1, 250, 1_000, 1_999, 14_999, 60_000, 3_000_000, 3_590_000, 30_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('set wall', 'sleep'),
      ms: fc.constantFrom(-7_200_000, -1_000, 1_000, 3_400_000, 7_200_000),
    }),
  },
)

/** A token is good by both clocks; one that was never meant to be kept is good for whoever waited. */
function isGood({ sentAt, lifetimeMs }: AccessToken, clock: TestClock): boolean {
  const now = clock.now()
  const usedMs = Math.max(now.mono - sentAt.mono, now.wall - sentAt.wall)
  return lifetimeMs <= 0 || usedMs < lifetimeMs
}

async function run(steps: Step[], random: number): Promise<void> {
  const clock = testClock()
  const script: Outcome[] = []
  const seen: AccessToken[] = []
  const answers: Promise<unknown>[] = []
  const violations: string[] = []
  const mustHold = (condition: boolean, otherwise: string) => condition || violations.push(otherwise)
  let underWay = 0
  let issued = 0
  /** What justifies the next token request, judged by the last answer. */
  let last: { token?: AccessToken; failed?: ProblemCode; at: number; notBefore: number } | undefined
  /** Renewals and trials that were asked for and have not used their token request yet. */
  let asked = 0
  let lastRejected = false

  function mayAsk(): boolean {
    if (hasReason()) return true
    asked -= 1
    return asked >= 0
  }

  function hasReason(): boolean {
    if (last === undefined) return true
    const { mono, wall } = clock.now()
    if (last.failed !== undefined) return mono >= last.notBefore
    const { token } = last
    if (token === undefined || lastRejected || token.lifetimeMs <= 0) return true
    const leftMs = token.lifetimeMs - Math.max(mono - token.sentAt.mono, wall - token.sentAt.wall)
    const marginMs = 1.1 * Math.min(refreshMarginMs, 0.2 * token.lifetimeMs)
    return leftMs <= marginMs + 1e-3 || mono - last.at >= idleCheckMs
  }

  function endpoint(next: () => Outcome | undefined): TokenSource {
    return async function source() {
      mustHold(underWay === 0, 'two token requests at a time')
      mustHold(mayAsk(), 'a token request without a reason')
      underWay += 1
      const sentAt = clock.now()
      const { kind, lifetimeMs, takesMs, retryAfterMs } = next() ?? {
        kind: 'token',
        lifetimeMs: 3_600_000,
        takesMs: 30,
        retryAfterMs: 0,
      }
      if (takesMs > 0) await clock.pass(takesMs)
      underWay -= 1
      const { mono } = clock.now()
      // What a trial of other credentials meets says nothing of those in use.
      const mine = inUse === source
      if (kind === 'trouble') {
        if (mine)
          last = {
            failed: 'token_unavailable',
            at: mono,
            notBefore: mono + Math.max(187, Math.min(retryAfterMs, 300_000)),
          }
        throw trouble({ retryAfterMs })
      }
      if (kind === 'refusal') {
        if (mine) last = { failed: 'credentials_rejected', at: mono, notBefore: mono + 30_000 }
        throw refusal()
      }
      issued += 1
      inUse = source
      lastRejected = false
      const token: AccessToken = {
        value: `token-${issued}`,
        tenant: 'demo',
        sentAt,
        receivedAtMono: mono,
        lifetimeMs,
        lifetimeAssumed: false,
      }
      // One that expired on the way counts as a failure.
      const failed = isGood(token, clock) ? undefined : ('token_unavailable' as const)
      last = { token, at: mono, notBefore: mono + 187, ...(failed !== undefined && { failed }) }
      return token
    }
  }

  const first = endpoint(() => script.shift())
  let inUse = first
  const tokens = cached(first, {
    clock,
    refreshMarginMs,
    tokenWaitMs,
    idleCheckMs,
    random: () => random,
    report: () => {},
  })

  function answered(waiting: Promise<AccessToken>): void {
    const askedAt = clock.now().mono
    const answer = waiting.then(
      (token) => {
        mustHold(isGood(token, clock), 'an expired token was handed out')
        seen.unshift(token)
      },
      (error: unknown) => {
        const foreseen = ['token_unavailable', 'credentials_rejected', 'draining']
        mustHold(error instanceof ProblemError && foreseen.includes(error.code), String(error))
      },
    )
    answers.push(
      answer.then(() => mustHold(clock.now().mono - askedAt <= tokenWaitMs, 'an answer after the end of the wait')),
    )
  }

  const did = (promise: Promise<void>) =>
    answers.push(promise.catch((error) => mustHold(error instanceof ProblemError, String(error))))

  for (const now of steps) {
    const token = 'which' in now ? seen[now.which] : undefined
    if (now.do === 'call') {
      const ready = tokens.current()
      answered(ready === undefined ? tokens.get() : Promise.resolve(ready))
    } else if (now.do === 'poll') {
      const ready = tokens.current()
      if (ready !== undefined) mustHold(isGood(ready, clock), 'an expired token was handed out')
    } else if (now.do === 'start') tokens.start()
    else if (now.do === 'renew') {
      asked += 1
      did(tokens.renew())
    } else if (now.do === 'replace') {
      asked += 1
      did(tokens.replace(endpoint(() => now.outcome)))
    } else if (now.do === 'script') script.push(now.outcome)
    else if (now.do === 'advance') await clock.advance(now.ms)
    else if (now.do === 'set wall') clock.setWall(now.ms)
    else if (now.do === 'sleep') clock.sleep(Math.abs(now.ms))
    else if (token !== undefined) {
      const before = tokens.current()
      if (now.do !== 'accept' && before?.value === token.value) lastRejected = true
      if (now.do === 'accept') tokens.accepted(token)
      else if (now.do === 'reject') tokens.reject(token)
      else answered(tokens.get(token))
      if (before !== undefined && before.value !== token.value) {
        mustHold(tokens.current() === before, 'a newer token was dropped for the 401 of an older one')
      }
    }
    await clock.advance(0)
  }
  await clock.advance(tokenWaitMs)
  assert.equal(tokens.state().waiting, 0, 'every waiter has its answer')
  await clock.advance(60_000)
  tokens.stop()
  await clock.advance(60_000)
  await Promise.all(answers)
  assert.deepEqual(violations, [])
  assert.equal(clock.timers(), 0)
}

test('whatever happens in whatever order: one flight, no expired token, every waiter answered, no request in vain', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.constantFrom(0, 0.5, 1), run), {
    numRuns: 2000,
    seed: 20_261_124,
  })
})
