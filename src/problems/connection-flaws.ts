// What can be wrong with a connection below HTTP. The words are in phrases/connection-words.ts.

/** Why it fails, and the error type of RFC 9209 §2.3 for that. */
export const whys = {
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
} as const

export type Why = keyof typeof whys

/** The codes of Node and OpenSSL for certificates that are not trusted. */
export const certificateCodes = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
] as const

export type CertificateCode = (typeof certificateCodes)[number]
