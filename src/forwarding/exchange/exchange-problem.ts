import { ProblemError, type Reached } from '../../problems/problem.ts'
import { connectionLost, transportFailure } from '../../problems/transport.ts'
import { CallerGoneError } from '../break-off.ts'
import { connectTimeout } from './phase.ts'

/** A problem with what is known about how far the request came. */
export function told(problem: ProblemError, reached: Reached, unanswered: boolean): ProblemError {
  const { code, detail, cause, proxyError, blame } = problem
  const lost = code === 'upstream_closed' && proxyError === connectionLost
  return new ProblemError(code, detail, { cause, proxyError, blame, reached, unanswered: lost && unanswered })
}

/** CATAPA has acted, or may have, and there is nothing to show for it. */
export function malformedAnswer(because: string, cause?: unknown): ProblemError {
  return new ProblemError('upstream_closed', `CATAPA gave no complete answer: ${because}.`, {
    cause,
    proxyError: 'http_protocol_error',
  })
}

/** An error of undici, of a socket or of TLS; one that a body ended with stays what it is. */
export function asExchangeProblem(error: Error, connecting: boolean): Error {
  if (error instanceof ProblemError || error instanceof CallerGoneError) return error
  if (Reflect.get(error, 'code') === 'UND_ERR_INVALID_ARG') {
    return new ProblemError('bad_request', 'The request has a header that cannot be forwarded; send it without.', {
      cause: error,
    })
  }
  const { kind, because, proxyError, blame } = transportFailure(error)
  const options = { cause: error, proxyError, blame }
  if (kind === 'untrusted') {
    return new ProblemError(
      'upstream_tls_untrusted',
      `The certificate that answered for CATAPA is not trusted: ${because}. If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.`,
      options,
    )
  }
  if (connecting) {
    if (kind === 'timeout') return connectTimeout()
    return new ProblemError(
      'upstream_unreachable',
      `CATAPA could not be reached: ${because}. Check the network, CATAPA_BASE_URL and HTTPS_PROXY.`,
      options,
    )
  }
  return new ProblemError('upstream_closed', `CATAPA gave no complete answer: ${because}.`, options)
}
