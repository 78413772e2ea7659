import { ProblemError, problem } from '../../problems/problem.ts'
import type { NoToken } from './failures.ts'

/** What a token source threw. Anything unforeseen is passing trouble (design/promises 4.8), which is tried again. */
export function failureOf(error: unknown): NoToken {
  const trouble = error instanceof ProblemError ? error : problem('token_unforeseen', {}, { cause: error })
  const { code, retryAfterMs = 0 } = trouble
  const kind = code === 'credentials_rejected' ? 'refused' : code === 'login_required' ? code : 'transient'
  return { kind, retryAfterMs, problem: trouble }
}

/** The same, where the sidecar tries again by itself. */
export function tryingAgain(noToken: NoToken): NoToken {
  if (noToken.kind !== 'transient') return noToken
  const { failure: what, cause, reached, retryAfterMs } = noToken.problem
  return { ...noToken, problem: new ProblemError({ ...what, retrying: true }, { cause, reached, retryAfterMs }) }
}

/** The same for a caller, who may ask again after so long. */
export function toldAgain({ problem: { failure: what, cause } }: Pick<NoToken, 'problem'>, retryAfterMs: number) {
  return new ProblemError(what, { cause, retryAfterMs })
}

export const unanswered = failureOf(problem('token_pending', {}))
export const refusesFresh = failureOf(problem('fresh_token_refused', {}))
export const handedBackExpired = failureOf(problem('token_handed_back_expired', {}))
export const expiredOnTheWay = failureOf(problem('token_expired_on_the_way', {}))
export const superseded = failureOf(problem('token_superseded', {}))
export const stopping = failureOf(problem('shut_down_meanwhile', {}))
