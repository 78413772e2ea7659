import { STATUS_CODES } from 'node:http'

/** Whether CATAPA may have acted on the request: `maybe` as soon as a byte of it may have left. */
export type Reached = 'no' | 'maybe'

/**
 * Every problem that the sidecar itself can answer with (design/promises 3.16): its status, its title, its error type
 * after RFC 9209 §2.3, and when it is answered. docs/errors.md is held against this table by a test.
 */
export const problems = {
  bad_request: {
    status: 400,
    title: 'The request cannot be forwarded as it stands',
    proxyError: 'http_request_error',
    when: 'the request cannot be forwarded as it stands; no `Host` in HTTP/1.1, or two',
  },
  origin_not_allowed: {
    status: 403,
    title: 'Browser origin not allowed',
    proxyError: 'http_request_denied',
    when: 'a browser request from a foreign origin',
  },
  policy_denied: {
    status: 403,
    title: 'Refused by the sidecar',
    proxyError: 'http_request_denied',
    when: 'the request names another tenant, or asks for a placeholder token while that is switched off',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    proxyError: 'http_request_denied',
    when: '`CONNECT`, `TRACE`, or a protocol upgrade',
  },
  request_timeout: {
    status: 408,
    title: 'The request did not arrive in time',
    proxyError: 'http_request_error',
    when: 'the caller fell silent in its request, or sent less than 1 KiB of its body in 30 s',
  },
  body_too_large: {
    status: 413,
    title: 'Request body too large',
    proxyError: 'http_request_error',
    when: 'the body is over `SIDECAR_MAX_BODY`',
  },
  host_not_allowed: {
    status: 421,
    title: 'Host not allowed',
    proxyError: 'http_request_denied',
    when: '`Host` is not a loopback name, the IP address of a host or in `SIDECAR_ALLOWED_HOSTS`',
  },
  headers_too_large: {
    status: 431,
    title: 'Request head too large',
    proxyError: 'http_request_error',
    when: 'request line and headers over 64 KiB, or over 1,000 headers',
  },
  internal_error: {
    status: 500,
    title: 'The sidecar made a mistake',
    proxyError: 'proxy_internal_error',
    when: 'a fault in the sidecar itself; please report it with the log line of this request',
  },
  upstream_unreachable: {
    status: 502,
    title: 'CATAPA could not be reached',
    proxyError: 'destination_unavailable',
    when: 'no connection to CATAPA could be made',
  },
  upstream_tls_untrusted: {
    status: 502,
    title: 'The certificate of CATAPA is not trusted',
    proxyError: 'tls_certificate_error',
    when: 'the certificate that answered for CATAPA is not trusted',
  },
  upstream_closed: {
    status: 502,
    title: 'CATAPA closed the connection',
    proxyError: 'connection_terminated',
    when: 'the connection was lost before a response, or the answer is not HTTP or has a head over 64 KiB',
  },
  interrupted: {
    status: 502,
    title: 'The sidecar was stopped',
    proxyError: 'connection_terminated',
    when: 'the grace period of a shutdown ended while CATAPA was working',
  },
  token_unavailable: {
    status: 503,
    title: 'No valid access token',
    proxyError: 'destination_unavailable',
    when: 'no valid token could be had in time',
  },
  credentials_rejected: {
    status: 503,
    title: 'CATAPA refuses the client credentials',
    proxyError: 'proxy_configuration_error',
    when: 'the token endpoint refuses the client',
  },
  login_required: {
    status: 503,
    title: 'A person has to log in',
    proxyError: 'proxy_configuration_error',
    when: 'calls are to be made on behalf of a user, and nobody has logged in or the login is over',
  },
  draining: {
    status: 503,
    title: 'The sidecar is shutting down',
    proxyError: 'destination_unavailable',
    when: 'the sidecar is shutting down',
  },
  overloaded: {
    status: 503,
    title: 'Too many requests at once',
    proxyError: 'connection_limit_reached',
    when: 'more than `SIDECAR_MAX_WAITING` requests wait for a connection or a token, or no connection came free within `SIDECAR_QUEUE_TIMEOUT`',
  },
  upstream_timeout: {
    status: 504,
    title: 'CATAPA did not answer in time',
    proxyError: 'http_response_timeout',
    when: 'connecting, waiting for the response or its body took too long',
  },
  loop_detected: {
    status: 508,
    title: 'The request has been here before',
    proxyError: 'proxy_loop_detected',
    when: "the sidecar's own `Via` was seen",
  },
} as const

export type ProblemCode = keyof typeof problems

/** Whose fault a problem most likely is, and what to do, for people who did not write the program that called. */
export type Blame = {
  whose: 'caller' | 'configuration' | 'machine' | 'network' | 'catapa' | 'sidecar'
  remedy: string
}

export type ProblemOptions = {
  cause?: unknown
  reached?: Reached
  /** When asking again makes sense; told to the caller as whole seconds from 1 to 10. */
  retryAfterMs?: number
  /** The connection was lost before any byte of an answer. */
  unanswered?: boolean
  /** A more exact error type of RFC 9209 §2.3 than the table's. */
  proxyError?: string
  /** In place of `detail` for whoever runs the sidecar, in log and admin listener: it may name files. */
  operatorDetail?: string
  /** In place of what the code alone tells of the cause. For whoever runs the sidecar; callers never get it. */
  blame?: Blame | undefined
}

/**
 * A problem that is told to the caller. `detail` is one plain sentence with the next step; it holds no secret, no
 * personal value and no internal address.
 */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly detail: string
  readonly reached: Reached
  readonly retryAfterMs: number | undefined
  readonly unanswered: boolean
  readonly proxyError: string
  /** What log and admin listener say; callers get `detail`. */
  readonly operatorDetail: string
  readonly blame: Blame | undefined

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause })
    this.name = 'ProblemError'
    this.code = code
    this.detail = detail
    this.reached = options.reached ?? 'no'
    this.retryAfterMs = options.retryAfterMs
    this.unanswered = options.unanswered ?? false
    this.proxyError = options.proxyError ?? problems[code].proxyError
    this.operatorDetail = options.operatorDetail ?? detail
    this.blame = options.blame
  }
}

/** The answer that a problem becomes: RFC 9457 body, RFC 9209 header, and the code in the reason phrase for PHP. */
export type ProblemAnswer = { status: number; reason: string; headers: [name: string, value: string][]; body: string }

/** Renders a problem for the caller (design/promises 3.15). */
export function problemAnswer(problem: ProblemError, requestId: string): ProblemAnswer {
  const { status, title } = problems[problem.code]
  const body = JSON.stringify({
    // A tag URI (RFC 4151): it names the section of the documentation without pretending to be a web address.
    type: `tag:catapa-sidecar,2026:docs/errors.md#${problem.code}`,
    title,
    status,
    detail: problem.reached === 'maybe' ? `${problem.detail} ${checkFirst}` : problem.detail,
    code: problem.code,
    requestId,
    reached: problem.reached,
  })
  const headers: [string, string][] = [
    ['Content-Type', 'application/problem+json'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    ['X-Catapa-Sidecar-Error', problem.code],
    ['Proxy-Status', `catapa-sidecar; error=${problem.proxyError}`],
    ['X-Request-Id', requestId],
  ]
  if (status === 503) headers.push(['Retry-After', String(retryAfterSeconds(problem.retryAfterMs))])
  if (status === 405) headers.push(['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'])
  return { status, reason: `${STATUS_CODES[status]} (catapa-sidecar: ${problem.code})`, headers, body }
}

const checkFirst = 'CATAPA may have acted on this request: check there before sending it again.'

/** Old clients sleep as long as they are told, so the answer stays between 1 and 10 seconds. */
function retryAfterSeconds(retryAfterMs = 1000): number {
  return Math.min(10, Math.max(1, Math.ceil(retryAfterMs / 1000) || 1))
}

/** Any error as a problem: what is not a ProblemError is a fault of ours. */
export function asProblem(error: unknown, reached: Reached = 'maybe'): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError('internal_error', 'This is a fault of catapa-sidecar; please report it with its log.', {
    cause: error,
    reached,
  })
}
