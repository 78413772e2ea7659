import { type Blame, ProblemError } from '../problems/problem.ts'

export const tokenEndpointFails: Blame = {
  whose: 'catapa',
  remedy: 'Wait: this often passes, and the sidecar keeps trying. If it stays, ask CATAPA.',
}

/** Anything unforeseen is passing trouble (design/promises 4.8). */
export function asTokenProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const detail = 'The token request failed in an unforeseen way; the sidecar keeps trying.'
  return new ProblemError('token_unavailable', detail, { cause: error })
}

export function refusesFresh(): ProblemError {
  const detail = 'CATAPA refuses fresh tokens too; the sidecar pauses renewal for a minute.'
  return new ProblemError('token_unavailable', detail)
}

export function handedBackExpired(): ProblemError {
  const detail = 'The token endpoint handed back the token that has expired; the sidecar keeps trying.'
  return new ProblemError('token_unavailable', detail, { blame: tokenEndpointFails })
}

export function expiredOnTheWay(): ProblemError {
  const detail = 'The token expired while it was being fetched; the sidecar keeps trying.'
  return new ProblemError('token_unavailable', detail, { blame: tokenEndpointFails })
}

export function superseded(): ProblemError {
  const detail = 'The login changed while a token was asked for; the sidecar asks anew.'
  return new ProblemError('token_unavailable', detail)
}

export function stopping(): ProblemError {
  return new ProblemError('draining', 'The sidecar is shutting down; send the request again when it is back.')
}
