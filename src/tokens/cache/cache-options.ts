import type { Failure } from '../../problems/failure.ts'
import type { ProblemError } from '../../problems/problem.ts'
import type { Clock } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'

export type CacheOptions = {
  clock: Clock
  /** Renew this long before expiry, at most 20 % of the lifetime. */
  refreshMarginMs: number
  /** Longest that a caller waits. */
  tokenWaitMs: number
  /** An idle sidecar still proves its credentials this often; 0: never. */
  idleCheckMs: number
  /** From 0 to 1, as Math.random. */
  random: () => number
  report: (event: TokenEvent) => void
}

type Shared = Pick<AccessToken, 'shared'>

/** An event for log and metrics, without a token in it. */
export type TokenEvent =
  | ({ type: 'obtained'; lifetimeMs: number; assumed: boolean; tookMs: number } & Shared)
  | ({ type: 'unchanged'; remainingMs: number } & Shared)
  | { type: 'failed'; problem: ProblemError; tokenStillValid: boolean; retryInMs: number }
  | { type: 'rejected'; remainingMs: number; renewing: boolean }

/** The state of the token for people and probes, without the token. */
export type TokenState = {
  valid: boolean
  expiresInMs: number | undefined
  lifetimeMs: number | undefined
  lifetimeAssumed: boolean
  obtainedAt: number | undefined
  requesting: boolean
  waiting: number
  requests: number
  /** `at` and `since` on the wall clock: the last and the first with this code; `retryInMs` is Infinity where only a new login helps. */
  failure: (Failure & { at: number; since: number; retryInMs: number }) | undefined
  rejectionsPaused: boolean
}
