import { ProblemError, problem } from '../problems/problem.ts'

const retrying = true

/** Anything unforeseen is passing trouble (design/promises 4.8). */
export function asTokenProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : problem('token_unforeseen', {}, { cause: error })
}

/** The same, where the sidecar tries again by itself. */
export function tryingAgain(trouble: ProblemError): ProblemError {
  const { failure, cause, reached, retryAfterMs } = trouble
  if (failure.code !== 'token_unavailable') return trouble
  return new ProblemError({ ...failure, retrying }, { cause, reached, retryAfterMs })
}

export function refusesFresh(): ProblemError {
  return problem('fresh_token_refused', {})
}

export function handedBackExpired(): ProblemError {
  return problem('token_handed_back_expired', {}, { retrying })
}

export function expiredOnTheWay(): ProblemError {
  return problem('token_expired_on_the_way', {}, { retrying })
}

export function superseded(): ProblemError {
  return problem('token_superseded', {})
}

export function stopping(): ProblemError {
  return problem('shut_down_meanwhile', {})
}
