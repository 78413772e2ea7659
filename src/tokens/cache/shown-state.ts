import type { Instant } from '../../time.ts'
import type { CacheOptions, TokenState } from './cache-options.ts'
import type { State } from './cache-state.ts'
import { remainingMs, validToken } from './held-token.ts'
import { isPaused } from './rejections.ts'
import { schedule } from './schedule.ts'

/** The part of the state for people and probes. */
export function shown(state: State, waiting: number, now: Instant, options: CacheOptions): TokenState {
  const { held, failure } = state
  return {
    valid: validToken(held, now) !== undefined,
    expiresInMs: held && remainingMs(held, now),
    lifetimeMs: held?.token.lifetimeMs,
    lifetimeAssumed: held?.token.lifetimeAssumed ?? false,
    obtainedAt: held?.token.sentAt.wall,
    requesting: state.flight !== undefined,
    waiting,
    requests: state.requests,
    failure: failure && {
      ...failure.problem.failure,
      at: failure.at,
      since: failure.since,
      retryInMs: schedule(state, now, options).retryInMs,
    },
    rejectionsPaused: isPaused(state.rejections, now.mono),
  }
}
