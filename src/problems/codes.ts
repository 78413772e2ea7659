/** Whose doing a failure most likely is. */
export type Whose = 'caller' | 'configuration' | 'machine' | 'network' | 'catapa' | 'sidecar'

function code(status: number, whose: Whose, proxyError: string, title: string) {
  return { status, whose, proxyError, title }
}

/**
 * Every problem that the sidecar itself can answer with (design/promises 3.16): its status, whose doing it mostly is, its error
 * type of RFC 9209 §2.3, and its title. A test compares docs/errors.md with this table.
 */
export const problems = {
  bad_request: code(400, 'caller', 'http_request_error', 'The request cannot be forwarded as it stands'),
  origin_not_allowed: code(403, 'caller', 'http_request_denied', 'Browser origin not allowed'),
  policy_denied: code(403, 'caller', 'http_request_denied', 'Refused by the sidecar'),
  caller_unknown: code(403, 'caller', 'http_request_denied', 'The sidecar does not know who calls'),
  method_not_allowed: code(405, 'caller', 'http_request_denied', 'Method not allowed'),
  request_timeout: code(408, 'caller', 'http_request_error', 'The request did not arrive in time'),
  repeated: code(409, 'caller', 'http_request_denied', 'This write was sent before'),
  body_too_large: code(413, 'caller', 'http_request_error', 'Request body too large'),
  host_not_allowed: code(421, 'caller', 'http_request_denied', 'Host not allowed'),
  key_reused: code(422, 'caller', 'http_request_denied', 'The Idempotency-Key belongs to another request'),
  headers_too_large: code(431, 'caller', 'http_request_error', 'Request head too large'),
  internal_error: code(500, 'sidecar', 'proxy_internal_error', 'The sidecar made a mistake'),
  upstream_unreachable: code(502, 'network', 'destination_unavailable', 'CATAPA could not be reached'),
  upstream_tls_untrusted: code(502, 'network', 'tls_certificate_error', 'The certificate of CATAPA is not trusted'),
  upstream_closed: code(502, 'catapa', 'connection_terminated', 'CATAPA closed the connection'),
  interrupted: code(502, 'sidecar', 'connection_terminated', 'The sidecar was stopped'),
  token_unavailable: code(503, 'network', 'destination_unavailable', 'No valid access token'),
  credentials_rejected: code(
    503,
    'configuration',
    'proxy_configuration_error',
    'CATAPA refuses the client credentials',
  ),
  login_required: code(503, 'configuration', 'proxy_configuration_error', 'A person has to log in'),
  audit_unavailable: code(503, 'machine', 'proxy_internal_error', 'The audit trail cannot be written'),
  draining: code(503, 'sidecar', 'destination_unavailable', 'The sidecar is shutting down'),
  overloaded: code(503, 'caller', 'connection_limit_reached', 'Too many requests at once'),
  upstream_timeout: code(504, 'catapa', 'http_response_timeout', 'CATAPA did not answer in time'),
  loop_detected: code(508, 'configuration', 'proxy_loop_detected', 'The request has been here before'),
}

export type ProblemCode = keyof typeof problems

type Answered = Readonly<{ code: ProblemCode; whose?: Whose; proxyError?: string }>

/** The code of each cause; and, where they differ from the code's own, whose doing it is and the type of RFC 9209. */
const causes = {
  no_host: { code: 'bad_request' },
  two_hosts: { code: 'bad_request' },
  target: { code: 'bad_request' },
  not_http: { code: 'bad_request' },
  tls_to_plain: { code: 'bad_request' },
  plain_to_tls: { code: 'bad_request' },
  http_version: { code: 'bad_request' },
  transfer_coding: { code: 'bad_request' },
  header_not_forwardable: { code: 'bad_request' },
  too_many_headers: { code: 'headers_too_large' },
  head_too_large: { code: 'headers_too_large' },
  head_late: { code: 'request_timeout' },
  body_too_large: { code: 'body_too_large' },
  body_slow: { code: 'request_timeout' },
  body_silent: { code: 'request_timeout' },
  token_request_silent: { code: 'request_timeout' },
  answer_read_slowly: { code: 'request_timeout', proxyError: 'connection_write_timeout' },
  answer_unread: { code: 'request_timeout', proxyError: 'connection_write_timeout' },
  impossible_address: { code: 'host_not_allowed' },
  host: { code: 'host_not_allowed' },
  foreign_origin: { code: 'origin_not_allowed' },
  own_via: { code: 'loop_detected' },
  method: { code: 'method_not_allowed' },
  upgrade: { code: 'method_not_allowed' },
  connect: { code: 'method_not_allowed' },
  other_tenant: { code: 'policy_denied' },
  key_in_target: { code: 'policy_denied' },
  placeholder_off: { code: 'policy_denied' },
  caller_unknown: { code: 'caller_unknown' },
  not_allowed: { code: 'policy_denied' },
  idempotency_key: { code: 'bad_request' },
  repeated_write: { code: 'repeated' },
  key_reused: { code: 'key_reused' },
  carried_writes: { code: 'overloaded' },
  open_writes: { code: 'overloaded' },
  trail_unwritable: { code: 'audit_unavailable' },
  fault: { code: 'internal_error' },
  shutting_down: { code: 'draining' },
  shut_down_meanwhile: { code: 'draining' },
  cut_by_shutdown: { code: 'interrupted' },
  too_many_waiting: { code: 'overloaded' },
  queued_too_long: { code: 'overloaded' },
  /** It made room for a caller that has fewer requests waiting. */
  made_room: { code: 'overloaded' },
  over_max_in_flight: { code: 'overloaded' },
  over_rate: { code: 'overloaded' },
  catapa_pauses: { code: 'overloaded', whose: 'catapa', proxyError: 'destination_unavailable' },
  too_many_pipelined: { code: 'overloaded' },
  unreachable: { code: 'upstream_unreachable' },
  untrusted: { code: 'upstream_tls_untrusted' },
  lost: { code: 'upstream_closed' },
  malformed_answer: { code: 'upstream_closed', proxyError: 'http_protocol_error' },
  connect_timeout: { code: 'upstream_timeout', whose: 'network', proxyError: 'connection_timeout' },
  response_timeout: { code: 'upstream_timeout' },
  body_timeout: { code: 'upstream_timeout', proxyError: 'connection_read_timeout' },
  request_unread: { code: 'upstream_timeout', proxyError: 'connection_write_timeout' },
  token_endpoint_unreachable: { code: 'token_unavailable' },
  token_endpoint_untrusted: { code: 'token_unavailable' },
  token_endpoint_status: { code: 'token_unavailable', whose: 'catapa' },
  token_endpoint_redirects: { code: 'token_unavailable', whose: 'configuration' },
  no_token_in_answer: { code: 'token_unavailable', whose: 'configuration' },
  token_malformed: { code: 'token_unavailable', whose: 'catapa' },
  no_token_endpoint: { code: 'token_unavailable', whose: 'configuration' },
  token_endpoint_is_sidecar: { code: 'credentials_rejected' },
  client_refused: { code: 'credentials_rejected' },
  code_refused: { code: 'credentials_rejected' },
  token_unforeseen: { code: 'token_unavailable' },
  token_pending: { code: 'token_unavailable' },
  token_expired_on_the_way: { code: 'token_unavailable', whose: 'catapa' },
  token_handed_back_expired: { code: 'token_unavailable', whose: 'catapa' },
  token_superseded: { code: 'token_unavailable' },
  fresh_token_refused: { code: 'token_unavailable' },
  token_no_longer_current: { code: 'token_unavailable', whose: 'catapa' },
  secret_command_failed: { code: 'token_unavailable', whose: 'machine', proxyError: 'proxy_configuration_error' },
  secret_command_unusable: {
    code: 'token_unavailable',
    whose: 'configuration',
    proxyError: 'proxy_configuration_error',
  },
  tenant_not_known: {
    code: 'token_unavailable',
    whose: 'configuration',
    proxyError: 'proxy_configuration_error',
  },
  store_unreachable: { code: 'token_unavailable', whose: 'machine' },
  store_refuses: { code: 'token_unavailable', whose: 'configuration' },
  login_flaw: { code: 'login_required' },
  login_read_failed: { code: 'token_unavailable', whose: 'machine' },
  login_over: { code: 'login_required' },
  login_not_stored: { code: 'token_unavailable', whose: 'machine' },
  login_busy: { code: 'token_unavailable', whose: 'machine' },
  login_replaced: { code: 'token_unavailable' },
} satisfies Record<string, Answered>

export type Cause = keyof typeof causes

/** The code of a cause, whose doing it is, and its error type of RFC 9209. */
export function answerTo(cause: Cause): Required<Answered> {
  const answer: Answered = causes[cause]
  const { whose, proxyError } = problems[answer.code]
  return { whose, proxyError, ...answer }
}
