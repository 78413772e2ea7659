import { ProxyRefusedError, ProxyUnreachableError, triedAddress, untrustedIssuer } from '../network/connection.ts'
import type { TransportFacts } from './failure.ts'
import { certificateFlaws } from './phrases/transport-phrases.ts'

type Why = TransportFacts['why']

const whys: Readonly<Record<string, Why>> = {
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
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  UND_ERR_SOCKET: 'lost',
}

/** Judges an error of a socket, of TLS, of undici or of a corporate proxy: why the exchange failed below HTTP, and where. */
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
  const code = errorCode(error)
  if (Object.hasOwn(certificateFlaws, code)) {
    return { why: 'untrusted', certificate: code, issuer: error instanceof Error ? untrustedIssuer(error) : undefined }
  }
  return { why: whyOf(code) }
}

function whyOf(code: string): Why {
  const why = Object.hasOwn(whys, code) ? whys[code] : undefined
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
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code: unknown = Reflect.get(error, 'code')
  if (typeof code === 'string' && code !== '') return code
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0])
  if (error.cause !== undefined) return errorCode(error.cause)
  return error.name
}
