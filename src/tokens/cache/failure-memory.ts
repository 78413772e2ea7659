import { ProblemError, problem } from '../../problems/problem.ts'
import type { CacheOptions, TokenState } from './token-cache.ts'

const firstRetryMs = 250
/** With callers waiting, and without. */
const longestRetryMs = { waitedFor: 5_000, background: 60_000 }
const firstRefusalMs = 30_000
const longestRefusalMs = 300_000
/** A refused client is tried this often though nobody calls: Kubernetes sends a pod that is not ready no request. */
const refusedCheckMs = 900_000
/** A longer `Retry-After` is cut to this. */
export const longestRetryAfterMs = 300_000

/** A failed token request, and when on the wall clock. */
export type Failure = { problem: ProblemError; at: number }

/**
 * What the last token requests taught (design/promises 4.8). Passing trouble is retried with backoff and jitter, not
 * before `Retry-After`; a refusal is remembered for 30 s, doubling to 5 min; that a person has to log in, until
 * `clear`.
 */
export function failureMemory({ clock, random, idleCheckMs }: Pick<CacheOptions, 'clock' | 'random' | 'idleCheckMs'>) {
  let failure: Failure | undefined
  let failures = 0
  let refusals = 0
  let failedAt = 0
  let notBefore = Number.NEGATIVE_INFINITY
  let jitter = 1

  const refused = () => failure?.problem.code === 'credentials_rejected' || failure?.problem.code === 'login_required'

  return {
    remember(problem: ProblemError): void {
      const { mono, wall } = clock.now()
      failure = { problem, at: wall }
      failedAt = mono
      jitter = 0.75 + random() / 2
      failures += 1
      if (problem.code === 'login_required') notBefore = Number.POSITIVE_INFINITY
      else if (refused()) {
        notBefore = mono + Math.min(firstRefusalMs * 2 ** refusals, longestRefusalMs)
        refusals += 1
      } else {
        notBefore = mono + Math.min(problem.retryAfterMs ?? 0, longestRetryAfterMs)
      }
    },

    clear(): void {
      failure = undefined
      failures = 0
      refusals = 0
      notBefore = Number.NEGATIVE_INFINITY
    },

    /** The earliest next attempt, on the monotonic clock: sooner while somebody waits for it. Infinity: none. */
    retryAt(waitedFor: boolean): number {
      if (failure === undefined || refused()) return notBefore
      const longest = waitedFor ? longestRetryMs.waitedFor : longestRetryMs.background
      return Math.max(notBefore, failedAt + jitter * Math.min(firstRetryMs * 2 ** (failures - 1), longest))
    },

    /** The last failure, until a token request succeeds. */
    last: (): Failure | undefined => failure,

    /** Whether the client or the login is refused, as far as is known. */
    refused,

    /** How long an idle cache leaves the endpoint alone at most. */
    idleCheckMs(): number {
      if (idleCheckMs <= 0) return Number.POSITIVE_INFINITY
      return refused() ? Math.min(idleCheckMs, refusedCheckMs) : idleCheckMs
    },

    /** Whether the last token request met passing trouble. */
    failing: (): boolean => failure !== undefined && !refused(),

    /** The problem for a caller that gets no token. */
    problem(retryInMs: number): ProblemError {
      if (failure === undefined) return problem('token_pending', {}, { retryAfterMs: retryInMs })
      const { failure: what, cause } = failure.problem
      return new ProblemError(what, { cause, retryAfterMs: retryInMs })
    },
  }
}

/** What of it is for people and probes. */
export function shownFailure(failure: Failure | undefined, retryInMs: number): TokenState['failure'] {
  return failure && { ...failure.problem.failure, at: failure.at, retryInMs: Math.max(0, retryInMs) }
}
