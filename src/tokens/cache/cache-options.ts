import type { Failure } from '../../problems/failure.ts'
import type { ProblemError } from '../../problems/problem.ts'
import type { Clock } from '../../time.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'

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
  /** `at` on the wall clock; `retryInMs` is Infinity where only a new login helps. */
  failure: (Failure & { at: number; retryInMs: number }) | undefined
  rejectionsPaused: boolean
}

export type TokenCache = {
  /** A token that can be sent at once, if there is one; starts a renewal that is due. */
  current(): AccessToken | undefined
  /**
   * Waits for a token as long as design/promises 4.1 allows.
   *
   * @throws ProblemError `token_unavailable`, `credentials_rejected` or `login_required`
   */
  get: TokenSource
  /**
   * CATAPA answered 401 to this token. Drops it if it is still the current one, and starts the renewal.
   *
   * @returns whether it was the current one
   */
  reject(token: AccessToken): boolean
  /** CATAPA answered something else than 401 to this token. */
  accepted(token: AccessToken): void
  /** Tries another source and, only if that works, uses it from now on. @throws ProblemError as the source does */
  replace(source: TokenSource): Promise<void>
  /** Asks for a new token now, even after failures. @throws ProblemError as the source does */
  renew(): Promise<void>
  /** Another person logged in, or nobody is logged in: forgets the token and all failures, and asks the source again. */
  startOver(): void
  state(): TokenState
  /** Begins: asks for the first token. */
  start(): void
  /** Answers all waiting requests, and asks for no more tokens. */
  stop(): void
}
