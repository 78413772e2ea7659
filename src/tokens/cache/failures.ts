import { longestRetryAfterMs } from '../../network/retry-after.ts'
import type { ProblemError } from '../../problems/problem.ts'
import type { Instant } from '../../time.ts'

const firstRetryMs = 250
/** The longest backoff, with callers waiting and without. */
const longestRetryMs = { waitedFor: 5_000, background: 60_000 }
const firstRefusalMs = 30_000
const longestRefusalMs = 300_000
/** A refused client is tried this often even without calls, since Kubernetes sends no request to a pod that is not ready. */
const refusedCheckMs = 900_000

/** Why a token request brought no token, as far as the cache has to know. */
export type NoToken = Readonly<{
  kind: 'refused' | 'login_required' | 'transient'
  retryAfterMs: number
  problem: ProblemError
}>

/**
 * The last failure, until a token request succeeds, and the backoff after it and earlier ones (design/promises 4). The earliest
 * next attempts, with callers waiting and without, are on the monotonic clock. Infinity: none.
 */
export type Remembered = Readonly<
  Pick<NoToken, 'kind' | 'problem'> & {
    at: number
    /** The first failure with this code in a row, on the wall clock. */
    since: number
    inARow: number
    refusals: number
    retryAt: { waitedFor: number; background: number }
  }
>

/**
 * Passing trouble is retried with backoff and jitter (`chance` is from 0 to 1), not before `Retry-After`; a refusal is remembered
 * for 30 s, doubling to 5 min; a missing login, until a person logs in.
 */
export function remember(last: Remembered | undefined, failure: NoToken, now: Instant, chance: number): Remembered {
  const { kind, problem, retryAfterMs } = failure
  const { inARow = 0, refusals = 0 } = last ?? {}
  const retryAt = (longestMs: number) => {
    if (kind === 'login_required') return Number.POSITIVE_INFINITY
    if (kind === 'refused') return now.mono + Math.min(firstRefusalMs * 2 ** refusals, longestRefusalMs)
    const backoffMs = (0.75 + chance / 2) * Math.min(firstRetryMs * 2 ** inARow, longestMs)
    return now.mono + Math.max(backoffMs, Math.min(retryAfterMs, longestRetryAfterMs))
  }
  return {
    kind,
    problem,
    at: now.wall,
    since: last?.problem.code === problem.code ? last.since : now.wall,
    inARow: inARow + 1,
    refusals: kind === 'refused' ? refusals + 1 : refusals,
    retryAt: { waitedFor: retryAt(longestRetryMs.waitedFor), background: retryAt(longestRetryMs.background) },
  }
}

/** Whether the client or the login is refused, as far as is known. */
export const isRefusal = (failure: Remembered | undefined) => failure !== undefined && failure.kind !== 'transient'

/** The longest time that an idle cache leaves the endpoint alone. */
export function idleRestMs(failure: Remembered | undefined, idleCheckMs: number): number {
  if (idleCheckMs <= 0) return Number.POSITIVE_INFINITY
  return isRefusal(failure) ? Math.min(idleCheckMs, refusedCheckMs) : idleCheckMs
}
