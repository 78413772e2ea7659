import { ProxyRefusedError, ProxyUnreachableError, untrustedIssuer } from '../network/connection.ts'
import type { Blame } from './problem.ts'

/** Why an exchange failed below HTTP, in words for people and after RFC 9209 §2.3 for programs. */
export type TransportFailure = {
  kind: 'unreachable' | 'untrusted' | 'timeout' | 'closed'
  /** A clause to follow "CATAPA could not be reached:"; no host name or address in it. */
  because: string
  proxyError: string
  /** Where the failure is not of the way to CATAPA, nor of CATAPA. */
  blame?: Blame | undefined
}

/** Codes of OpenSSL and Node that say "this certificate is not trusted", with the reason in words. */
const untrusted: Record<string, string> = {
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

/** The connection was there and broke (RFC 9209 §2.3.8). */
export const connectionLost = 'connection_terminated'

/** Judges an error of a socket, of TLS, of undici or of a corporate proxy. */
export function transportFailure(error: unknown): TransportFailure {
  if (error instanceof ProxyRefusedError) return proxyFailure(error)
  if (error instanceof ProxyUnreachableError) {
    const { kind, because, proxyError, blame } = transportFailure(error.cause)
    const verdict = kind === 'untrusted' ? 'its certificate is not trusted, ' : ''
    return {
      kind: kind === 'timeout' ? kind : 'unreachable',
      because: `the outgoing proxy (HTTPS_PROXY) failed: ${verdict}${because}`,
      proxyError,
      blame,
    }
  }
  const code = errorCode(error)
  const reason = untrusted[code]
  if (reason !== undefined) {
    const issuer = error instanceof Error ? untrustedIssuer(error) : undefined
    const named = issuer === undefined ? '' : ` (issued by ${issuer})`
    return { kind: 'untrusted', because: `${reason}${named}`, proxyError: 'tls_certificate_error' }
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return { kind: 'unreachable', because: 'its name could not be looked up (DNS)', proxyError: 'dns_error' }
    case 'ECONNREFUSED':
      return { kind: 'unreachable', because: 'it refused the connection', proxyError: 'connection_refused' }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ENETDOWN':
      return { kind: 'unreachable', because: 'there is no route to it', proxyError: 'destination_ip_unroutable' }
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'TimeoutError':
      return { kind: 'timeout', because: 'it did not answer in time', proxyError: 'connection_timeout' }
    case 'EMFILE':
    case 'ENFILE':
      return {
        kind: 'unreachable',
        because: 'this machine is out of file handles',
        proxyError: 'proxy_internal_error',
        blame: {
          whose: 'machine',
          remedy:
            'Too many files are open: raise "ulimit -n" for the sidecar (systemd: LimitNOFILE), or the limit of the whole machine.',
        },
      }
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'HPE_HEADER_OVERFLOW':
      return {
        kind: 'closed',
        because: 'the head of its answer is over 64 KiB',
        proxyError: 'http_response_header_section_size',
      }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return { kind: 'closed', because: 'the connection was lost', proxyError: connectionLost }
  }
  if (code.startsWith('HPE_')) {
    return { kind: 'closed', because: 'what it sent is not HTTP/1.1', proxyError: 'http_protocol_error' }
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return { kind: 'unreachable', because: 'no TLS connection could be agreed on', proxyError: 'tls_protocol_error' }
  }
  return { kind: 'closed', because: 'the connection failed', proxyError: 'proxy_internal_error' }
}

function proxyFailure({ status, schemes }: ProxyRefusedError): TransportFailure {
  const proxyError = 'destination_unavailable'
  if (status !== 407) {
    return {
      kind: 'unreachable',
      because: `the outgoing proxy (HTTPS_PROXY) refused with status ${status}`,
      proxyError,
    }
  }
  const wanted = schemes.map((scheme) => scheme.toLowerCase())
  const because =
    wanted.includes('basic') || wanted.length === 0
      ? 'the outgoing proxy wants a user and password: put them into the URL of HTTPS_PROXY'
      : `the outgoing proxy wants ${schemes.join(' or ')}, which is not supported; put a local proxy in between that speaks it`
  return { kind: 'unreachable', because, proxyError }
}

/** The code of an error, of its causes, or of the attempts that an AggregateError collects. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code: unknown = Reflect.get(error, 'code')
  if (typeof code === 'string' && code !== '') return code
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0])
  if (error.cause !== undefined) return errorCode(error.cause)
  return error.name
}
