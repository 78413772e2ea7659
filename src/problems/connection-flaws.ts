// What can be wrong with a connection below HTTP.

/** Why it fails: as a clause after a colon, and as an error type of RFC 9209 §2.3. */
export const whys = {
  dns: ['its name could not be looked up (DNS)', 'dns_error'],
  connection_refused: ['it refused the connection', 'connection_refused'],
  no_route: ['there is no route to it', 'destination_ip_unroutable'],
  timeout: ['it did not answer in time', 'connection_timeout'],
  file_handles: ['this machine is out of file handles', 'proxy_internal_error'],
  local_ports: ['this machine has no free local port for another connection', 'proxy_internal_error'],
  untrusted: ['its certificate is not trusted', 'tls_certificate_error'],
  no_tls: ['no TLS connection could be agreed on', 'tls_protocol_error'],
  lost: ['the connection was lost', 'connection_terminated'],
  head_too_large: ['the head of its answer is over 64 KiB', 'http_response_header_section_size'],
  not_http: ['its answer is not HTTP/1.1', 'http_protocol_error'],
  proxy_status: ['the outgoing proxy (HTTPS_PROXY) refused', 'destination_unavailable'],
  proxy_login: ['the outgoing proxy wants a login', 'destination_unavailable'],
  unknown: ['the connection failed', 'proxy_internal_error'],
} as const

export type Why = keyof typeof whys

/** The codes of Node and OpenSSL for certificates that are not trusted, and why not, as a clause after a colon. */
export const certificateFlaws = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in a certificate that is not among the trusted ones',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not among the trusted ones',
  CERT_HAS_EXPIRED: 'it has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'it is not valid yet, or the clock of this machine is wrong',
  CERT_REVOKED: 'it was revoked',
  CERT_UNTRUSTED: 'it is not trusted',
  CERT_REJECTED: 'it is not trusted for this purpose',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  CERT_CHAIN_TOO_LONG: 'its chain is too long',
  INVALID_CA: 'an issuer in its chain is not a CA',
  INVALID_PURPOSE: 'it was issued for another purpose',
  HOSTNAME_MISMATCH: 'it was issued for another name',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it was issued for another name',
}

export type CertificateCode = keyof typeof certificateFlaws
