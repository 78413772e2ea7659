import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'
import type { State } from './cache-state.ts'
import { isRefusal } from './failures.ts'
import { isSame, remainingMs, validToken } from './held-token.ts'
import { refusesFresh, stopping, toldAgain, unanswered } from './token-problems.ts'

/** A token request that takes longer may never end. */
const slowRequestMs = 1000
/** So long before the expiry a request stops waiting for a doubtful renewal: enough for its way to CATAPA. */
const lastCallMs = 1000
const all = Number.POSITIVE_INFINITY
const never = Number.POSITIVE_INFINITY

/** A request that waits for a token, until `deadline` on the monotonic clock. The `refused` token is of no use to it. */
export type TokenWaiter = Readonly<{ deadline: number; refused: AccessToken | undefined }>

/** Waiters with a deadline up to the returned time are answered now: with the token that has just come, or since none can come in time. */
export function answeredUpTo(state: State, now: Instant, mayAskAt: number): number {
  const { held, fleeting, offered, failure } = state
  if (state.stopped || lastCallAt(state, now) <= now.mono) return all
  // Waiters that have the time wait for the successor of a token in its last stretch.
  const handedBack = held?.successorAt !== undefined && remainingMs(held, now) <= held.holdBeforeMs
  const ending = fleeting?.again || (handedBack && (offered ?? held.token) === held.token)
  if (offered !== undefined && !ending) return all
  if (state.flight !== undefined || mayAskAt <= now.mono) return now.mono
  // The memory of a refusal answers at once, and a failing renewal costs no request the token that is still good.
  const valid = validToken(held, now) !== undefined
  return isRefusal(failure) || (valid && !ending) ? all : mayAskAt
}

/**
 * The time at which waiters for a renewal that hangs go on with the token that is still good; never, if there is none or it is
 * so short that its renewal is the better bet.
 */
export function lastCallAt({ held, flight, failure, waiting }: State, now: Instant): number {
  if (held === undefined || flight === undefined || waiting === undefined) return never
  const left = remainingMs(held, now)
  if (left <= 0 || held.successorAt !== undefined || held.holdBeforeMs <= lastCallMs) return never
  return Math.max(now.mono + left - lastCallMs, failure === undefined ? flight.at + slowRequestMs : now.mono)
}

/** The answer to a waiter whose wait is over: the token, or why there is none. */
export function answerTo({ refused }: TokenWaiter, state: State, now: Instant, retryInMs: number) {
  const token = state.offered ?? validToken(state.held, now)
  if (token !== undefined) return refused !== undefined && isSame(refused, token) ? refusesFresh.problem : token
  return state.stopped ? stopping.problem : toldAgain(state.failure ?? unanswered, retryInMs)
}
