import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'
import type { CacheOptions } from './cache-options.ts'
import type { State } from './cache-state.ts'
import { idleRestMs } from './failures.ts'
import { remainingMs, untilMs } from './held-token.ts'
import { answeredUpTo, lastCallAt } from './waiters.ts'

/** The cache is idle after a whole lifetime without a request; before any token is known, after an hour. */
const defaultLifetimeMs = 3_600_000
/** Timers stop while a machine sleeps, and miss changes of the wall clock, so the cache looks again this often. */
const lookAgainMs = 60_000
const never = Number.POSITIVE_INFINITY

/** The next steps, on the monotonic clock, if nothing else happens. */
export type Schedule = Readonly<{
  /** When the endpoint is asked. Infinity: not without an event. */
  askAt: number
  /** How long the endpoint is left alone, unless asked by hand. */
  retryInMs: number
  /** Waiters with a deadline up to this time are answered now. */
  answerUpTo: number
  /** When to look again. Infinity: at the next event. */
  lookAt: number
}>

/** The only place that decides when the token endpoint is asked (design/promises 4). */
export function schedule(state: State, now: Instant, options: Pick<CacheOptions, 'idleCheckMs'>): Schedule {
  const mayAskAt = earliest(state, now)
  // A token that has just come goes to the waiters before they are a reason to ask.
  const busy = state.stopped || state.flight !== undefined || state.offered !== undefined
  const askAt = busy ? never : Math.max(wantedAt(state, now, options.idleCheckMs), mayAskAt)
  const nextAt = Math.min(askAt, state.waiting?.first ?? never, lastCallAt(state, now))
  const lookAt = nextAt < never ? Math.min(nextAt, now.mono + lookAgainMs) : never
  const retryInMs = Math.max(0, mayAskAt - now.mono)
  return { askAt, retryInMs, answerUpTo: answeredUpTo(state, now, mayAskAt), lookAt }
}

/** The earliest time at which asking the endpoint may help. */
function earliest({ failure, fleeting, held, waiting }: State, now: Instant): number {
  const retryAt = failure?.retryAt[waiting === undefined ? 'background' : 'waitedFor'] ?? Number.NEGATIVE_INFINITY
  if (fleeting?.again) return Math.max(retryAt, fleeting.againUntil)
  if (held?.successorAt === undefined) return retryAt
  return Math.max(retryAt, now.mono + untilMs(held.successorAt, now))
}

/** When a new token is wanted. */
function wantedAt(state: State, now: Instant, idleCheckMs: number): number {
  const { held, failure, usedAt, provenAt } = state
  if (state.waiting !== undefined) return now.mono
  const checkAt = Math.max(provenAt, usedAt) + idleRestMs(failure, idleCheckMs)
  const dueInMs = held === undefined ? 0 : remainingMs(held, now) - held.renewBeforeMs
  if (dueInMs > 0) return Math.min(checkAt, now.mono + dueInMs)
  const idle = now.mono - usedAt > (held?.token.lifetimeMs ?? defaultLifetimeMs)
  // Passing trouble is retried even while idle, so that readiness comes back without a request.
  return state.fleeting !== undefined || (idle && failure?.kind !== 'transient') ? checkAt : now.mono
}

/** The token for a request that comes now; undefined: it waits for the next one. */
export function handOut(state: State, now: Instant, tokenWaitMs: number): AccessToken | undefined {
  const { held } = state
  if (held === undefined) return undefined
  const left = remainingMs(held, now)
  if (left > held.holdBeforeMs) return held.token
  if (left <= 0) return undefined
  if (tokenWaitMs <= 0 || state.stopped) return held.token
  const inTime = held.successorAt === undefined ? now.mono : now.mono + tokenWaitMs
  return state.flight !== undefined || earliest(state, now) <= inTime ? undefined : held.token
}
