import { ProblemError, problem } from '../../problems/problem.ts'
import type { NoToken } from './failures.ts'

/** An error of a token source. Unforeseen errors count as passing trouble (design/promises 4.8), and are tried again. */
export function failureOf(error: unknown): NoToken {
  const trouble = error instanceof ProblemError ? error : problem('token_unforeseen', {}, { cause: error })
  const { code, retryAfterMs = 0 } = trouble
  const kind = code === 'credentials_rejected' ? 'refused' : code === 'login_required' ? code : 'transient'
  return { kind, retryAfterMs, problem: trouble }
}

/** The same failure, with the sidecar trying again by itself. */
export function tryingAgain(noToken: NoToken): NoToken {
  if (noToken.kind !== 'transient') return noToken
  const { failure: what, cause, reached, retryAfterMs } = noToken.problem
  return { ...noToken, problem: new ProblemError({ ...what, retrying: true }, { cause, reached, retryAfterMs }) }
}

/** The same failure for a caller, which may ask again after `retryAfterMs`. */
export function toldAgain({ problem: { failure: what, cause } }: Pick<NoToken, 'problem'>, retryAfterMs: number) {
  return new ProblemError(what, { cause, retryAfterMs })
}

export const unanswered = failureOf(problem('token_pending', {}))
export const refusesFresh = failureOf(problem('fresh_token_refused', {}))
export const handedBackExpired = failureOf(problem('token_handed_back_expired', {}))
export const expiredOnTheWay = failureOf(problem('token_expired_on_the_way', {}))
export const superseded = failureOf(problem('token_superseded', {}))
export const stopping = failureOf(problem('shut_down_meanwhile', {}))
