import { type ProblemCode, problems } from './codes.ts'
import type { Cause, FactsOf, Failure, Whose } from './failure.ts'
import type { TransportFacts } from './transport.ts'

/** The code of each cause; and, where they differ from the code's own, whose doing it is and the type of RFC 9209. */
const causes: Readonly<Record<Cause, Readonly<{ code: ProblemCode; whose?: Whose; proxyError?: string }>>> = {
  no_host: { code: 'bad_request' },
  two_hosts: { code: 'bad_request' },
  target: { code: 'bad_request' },
  not_http: { code: 'bad_request' },
  tls_to_plain: { code: 'bad_request' },
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
  trail_unwritable: { code: 'audit_unavailable' },
  fault: { code: 'internal_error' },
  shutting_down: { code: 'draining' },
  shut_down_meanwhile: { code: 'draining' },
  cut_by_shutdown: { code: 'interrupted' },
  too_many_waiting: { code: 'overloaded' },
  queued_too_long: { code: 'overloaded' },
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
  store_unreachable: { code: 'token_unavailable', whose: 'machine' },
  store_refuses: { code: 'token_unavailable', whose: 'configuration' },
  login_flaw: { code: 'login_required' },
  login_read_failed: { code: 'token_unavailable', whose: 'machine' },
  login_over: { code: 'login_required' },
  login_not_stored: { code: 'token_unavailable', whose: 'machine' },
  login_busy: { code: 'token_unavailable', whose: 'machine' },
  login_replaced: { code: 'token_unavailable' },
}

/** A failure of this cause. `retrying`: the sidecar keeps trying by itself. */
export function failure<C extends Cause>(cause: C, facts: FactsOf[C], retrying = false): Failure<C> {
  return { code: causes[cause].code, cause, facts, retrying }
}

/** Whose doing it most likely is. */
export function whoseDoing({ cause, facts }: Failure): Whose {
  if ('why' in facts && (facts.why === 'file_handles' || facts.why === 'local_ports')) return 'machine'
  const { code, whose } = causes[cause]
  return whose ?? problems[code].whose
}

/** The error type of RFC 9209 §2.3. */
export function proxyErrorOf({ cause, facts }: Failure): string {
  if ('why' in facts) return transportErrors[facts.why]
  const { code, proxyError } = causes[cause]
  return proxyError ?? problems[code].proxyError
}

const transportErrors: Record<TransportFacts['why'], string> = {
  dns: 'dns_error',
  connection_refused: 'connection_refused',
  no_route: 'destination_ip_unroutable',
  timeout: 'connection_timeout',
  file_handles: 'proxy_internal_error',
  local_ports: 'proxy_internal_error',
  untrusted: 'tls_certificate_error',
  no_tls: 'tls_protocol_error',
  lost: 'connection_terminated',
  head_too_large: 'http_response_header_section_size',
  not_http: 'http_protocol_error',
  proxy_status: 'destination_unavailable',
  proxy_login: 'destination_unavailable',
  unknown: 'proxy_internal_error',
}
