import { words } from '../../words/language.ts'
import type { CertificateCode, Why } from '../connection-flaws.ts'

const why: Readonly<Record<Why, string>> = {
  dns: 'its name could not be looked up (DNS)',
  connection_refused: 'it refused the connection',
  no_route: 'there is no route to it',
  timeout: 'it did not answer in time',
  file_handles: 'this machine is out of file handles',
  local_ports: 'this machine has no free local port for another connection',
  untrusted: 'its certificate is not trusted',
  no_tls: 'no TLS connection could be agreed on',
  lost: 'the connection was lost',
  head_too_large: 'the head of its answer is over 64 KiB',
  not_http: 'its answer is not HTTP/1.1',
  proxy_status: 'the outgoing proxy (HTTPS_PROXY) refused',
  proxy_login: 'the outgoing proxy wants a login',
  unknown: 'the connection failed',
}

const certificate: Readonly<Record<CertificateCode, string>> = {
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

const proxy = (to: string | undefined) => `the outgoing proxy (HTTPS_PROXY${to === undefined ? '' : `, ${to}`})`

/** Why a connection failed, as clauses after a colon; of a certificate, what is wrong with it. */
export const connectionWords = words('connectionWords', {
  why,
  certificate,
  untrusted: 'it is not trusted',
  issuedBy: (flaw: string, issuer: string) => `${flaw} (issued by ${issuer})`,
  proxyFailed: (to: string | undefined, because: string) => `${proxy(to)} failed: ${because}`,
  proxyUntrusted: (to: string | undefined, because: string) =>
    `${proxy(to)} failed: its certificate is not trusted, ${because}`,
  proxyRefused: (to: string | undefined, status: number | undefined) => `${proxy(to)} refused with status ${status}`,
  proxyPassword: 'the outgoing proxy wants a user and password: put them into the URL of HTTPS_PROXY',
  proxySchemes: (schemes: readonly string[]) =>
    `the outgoing proxy wants ${schemes.join(' or ')}, which is not supported; put a local proxy in between that speaks it`,
})
