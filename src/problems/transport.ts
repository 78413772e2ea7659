import { errorCode } from '../files/errno.ts'
import { ProxyRefusedError, ProxyUnreachableError, triedAddress, untrustedIssuer } from '../network/connection.ts'
import { type CertificateCode, certificateCodes, type Why } from './connection-flaws.ts'

/** Why a connection failed below HTTP, and where. */
export type TransportFacts = Readonly<{
  why: Why
  /** It happened on the way to the outgoing proxy. */
  atProxy?: true
  /** `host:port` of the proxy or CATAPA, if not reached; callers do not learn it. */
  to?: string
  /** For `untrusted`: the code of OpenSSL or Node, and the issuer of the certificate. */
  certificate?: CertificateCode
  issuer?: string | undefined
  /** For `proxy_status`. */
  status?: number
  /** For `proxy_login`: the authentication schemes that the proxy offers. */
  schemes?: readonly string[]
}>

const whysOf: Readonly<Record<string, Why>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'no_route',
  ENETUNREACH: 'no_route',
  EADDRNOTAVAIL: 'local_ports',
  ENETDOWN: 'no_route',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  TimeoutError: 'timeout',
  EMFILE: 'file_handles',
  ENFILE: 'file_handles',
  UND_ERR_HEADERS_OVERFLOW: 'head_too_large',
  HPE_HEADER_OVERFLOW: 'head_too_large',
  HTTPParserError: 'not_http',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  UND_ERR_SOCKET: 'lost',
}

/** Why an exchange failed below HTTP, and where, from an error of a socket, of TLS, of undici or of a corporate proxy. */
export function transportFacts(error: unknown): TransportFacts {
  const to = error instanceof Error ? triedAddress(error) : undefined
  return to === undefined ? whyFailed(error) : { ...whyFailed(error), to }
}

function whyFailed(error: unknown): TransportFacts {
  if (error instanceof ProxyRefusedError) {
    const { status, schemes } = error
    return status === 407 ? { why: 'proxy_login', schemes } : { why: 'proxy_status', status }
  }
  if (error instanceof ProxyUnreachableError) return { ...whyFailed(error.cause), atProxy: true }
  const code = innermostCode(error)
  if (isOfCertificate(code)) {
    return { why: 'untrusted', certificate: code, issuer: error instanceof Error ? untrustedIssuer(error) : undefined }
  }
  return { why: whyOf(code) }
}

function isOfCertificate(code: string): code is CertificateCode {
  return certificateCodes.some((known) => known === code)
}

function whyOf(code: string): Why {
  const why = Object.hasOwn(whysOf, code) ? whysOf[code] : undefined
  if (why !== undefined) return why
  if (code.startsWith('HPE_')) return 'not_http'
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') ? 'no_tls' : 'unknown'
}

/** How far it came: no connection, a certificate that is not trusted, no answer in time, or a connection that broke. */
export function stageOf({ why, atProxy }: TransportFacts): 'unreachable' | 'untrusted' | 'timeout' | 'lost' {
  if (why === 'timeout') return 'timeout'
  if (atProxy) return 'unreachable'
  if (why === 'untrusted') return 'untrusted'
  return ['lost', 'head_too_large', 'not_http', 'unknown'].includes(why) ? 'lost' : 'unreachable'
}

/** The code of an error, of its causes, or of the attempts that an AggregateError collects. */
function innermostCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code = errorCode(error)
  if (code !== undefined && code !== '') return code
  if (error instanceof AggregateError && error.errors.length > 0) return innermostCode(error.errors[0])
  if (error.cause !== undefined) return innermostCode(error.cause)
  return error.name
}
