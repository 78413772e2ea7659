import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import * as tls from 'node:tls'
import { buildConnector, Pool } from 'undici'
import { textOrNothing } from '../files/open-file.ts'
import { hostAndPort } from '../words/host-and-port.ts'
import { printable } from '../words/printable.ts'

/** undici's 4 s cost a TLS handshake after each short idle time; servers close at 30 s or more, so 25 s meets few dead sockets. */
const keepAliveMs = 25_000
const headBytes = 64 * 1024
/** The longest text of another party that is passed on, in characters. */
const mostShown = 200

export type ConnectionOptions = {
  secureContext: tls.SecureContext
  /** The corporate proxy to tunnel through (CONNECT), or none. */
  proxy: URL | undefined
  connectTimeoutMs: number
  connections: number
}

/** The options of every TLS connection: explicit, since NODE_TLS_REJECT_UNAUTHORIZED changes only the default. */
type Verified = { secureContext: tls.SecureContext; rejectUnauthorized: true }

/** The corporate proxy answered CONNECT with something else than 200. */
export class ProxyRefusedError extends Error {
  readonly code = 'PROXY_REFUSED'
  readonly status: number
  /** Authentication schemes that the proxy asks for, as names only. */
  readonly schemes: readonly string[]

  constructor(status: number, schemes: readonly string[]) {
    super(`the proxy answered CONNECT with ${status}`)
    this.status = status
    this.schemes = schemes
  }
}

/** No connection to the corporate proxy, or it closed before it answered CONNECT; the cause says why. */
export class ProxyUnreachableError extends Error {
  constructor(cause: Error) {
    super('the proxy could not be reached', { cause })
  }
}

/** For errors that attempts to connect ended with: the address, and the issuer of a certificate that was refused. */
const attempts = new WeakMap<Error, Readonly<{ address: string; issuer?: string | undefined }>>()

/** The issuer of the certificate that this error refused; undefined when the error is another. */
export function untrustedIssuer(error: Error): string | undefined {
  return attempts.get(error)?.issuer
}

/** `host:port` of the address that could not be connected to: CATAPA's, or the corporate proxy's. */
export function triedAddress(error: Error): string | undefined {
  return attempts.get(error)?.address
}

/**
 * The CAs that this program trusts (design/promises 2.4): Node's, `NODE_EXTRA_CA_CERTS`, the system's store where
 * Node can read it, and the file's. Made once: a list of CAs costs 24 ms per connection otherwise
 * (design/libraries 30).
 */
export function trust(extraCa: string | undefined, extraCaCertsFile: string | undefined): tls.SecureContext {
  const options: tls.SecureContextOptions = { minVersion: 'TLSv1.2' }
  const system = systemCertificates()
  if (extraCa !== undefined || system.length > 0) {
    // If it cannot be read, Node itself only warns.
    const nodeExtra = extraCaCertsFile === undefined ? [] : [textOrNothing(extraCaCertsFile)]
    const all = [...tls.rootCertificates, ...nodeExtra, ...system, ...(extraCa === undefined ? [] : [extraCa])]
    // Debian's store has each CA three times, and most are Node's too: 700 texts to parse, of which 160 differ.
    options.ca = [...new Set(all.map((pem) => pem.trim()))]
  }
  return tls.createSecureContext(options)
}

/** `tls.getCACertificates` exists from Node 22.15. */
function systemCertificates(): string[] {
  const read: unknown = Reflect.get(tls, 'getCACertificates')
  if (typeof read !== 'function') return []
  const certificates: unknown = read('system')
  return Array.isArray(certificates) ? certificates.filter((pem): pem is string => typeof pem === 'string') : []
}

/**
 * Connections to one origin. Certificates are always verified, whatever the environment says
 * (design/libraries 1 and 30).
 */
export function connectionPool(origin: URL, options: ConnectionOptions): Pool {
  return new Pool(origin.origin, {
    connect: connector(options),
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: headBytes,
    // Time-outs are the exchange's own: undici's are coarse and miss a proxy's CONNECT (design/libraries 31).
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function connector({ secureContext, proxy, connectTimeoutMs }: ConnectionOptions): buildConnector.connector {
  const verified: Verified = { secureContext, rejectUnauthorized: true }
  const connect = buildConnector({ ...verified, timeout: connectTimeoutMs })
  return (target, callback) => {
    const address = hostAndPort(target.hostname, portOf(target))
    const open = (socket?: Socket) => {
      let issuer: string | undefined
      const connecting: unknown = connect({ ...target, ...(socket && { httpSocket: socket }) }, (...result) => {
        const [error, connected] = result
        if (error) attempts.set(error, { address, issuer })
        // undici's `connected` is undefined, not null as its types say, when there is an error.
        if (error !== null || connected === null) return callback(error ?? new Error('no connection'), null)
        connected.on('error', markReset)
        callback(null, connected)
      })
      if (!(connecting instanceof tls.TLSSocket)) return
      // grip: issuer
      connecting.prependOnceListener('secure', () => {
        issuer = issuerOf(connecting) // The certificate is known, and not yet judged; with the error it is gone.
      })
    }
    if (proxy === undefined) return open()
    tunnel(proxy, address, verified, connectTimeoutMs).then(
      (socket) => (target.protocol === 'https:' ? open(socket) : callback(null, socket.on('error', markReset))),
      (error: Error) => {
        attempts.set(error, { address: `${proxy.hostname}:${portOf(proxy)}` })
        callback(error, null)
      },
    )
  }
}

function portOf({ port, protocol }: Readonly<{ port: string; protocol: string }>): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

/**
 * undici takes a reset (by its code alone) for the end of an answer that lasts until the connection closes (its
 * `onHttpSocketError`, meant for macOS), and half an answer would pass for a whole one. So the code is changed.
 */
function markReset(error: NodeJS.ErrnoException): void {
  // grip: reset
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET'
}

function issuerOf(socket: tls.TLSSocket): string | undefined {
  const { issuer } = socket.getPeerCertificate()
  return issuer && printable(`${issuer.CN ?? 'no name'}${issuer.O ? ` (${issuer.O})` : ''}`).slice(0, mostShown)
}

/** A tunnel through a proxy to `authority` (RFC 9110 §9.3.6); user and password of the proxy's URL go as Basic. */
export function tunnel(proxy: URL, authority: string, verified: Verified, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { Host: authority }
    if (proxy.username !== '') {
      const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
      headers['Proxy-Authorization'] = `Basic ${Buffer.from(login).toString('base64')}`
    }
    const host = proxy.hostname.replace(/^\[|\]$/g, '')
    const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      ...verified,
      host,
      servername: isIP(host) === 0 ? host : '', // Otherwise Node would take our Host header.
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      headers,
      agent: false,
      setHost: false,
    })
    const timer = setTimeout(
      () => request.destroy(Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    request.once('close', () => clearTimeout(timer))
    request.once('error', (error) => reject(new ProxyUnreachableError(error)))
    request.once('connect', (response, socket, early) => {
      clearTimeout(timer)
      const { statusCode: status = 0 } = response
      if (status >= 200 && status < 300) {
        if (early.length > 0) socket.unshift(early)
        return resolve(socket)
      }
      socket.destroy()
      const offered = response.headersDistinct['proxy-authenticate'] ?? [] // `headers` would join them.
      reject(new ProxyRefusedError(status, offered.map(schemeName)))
    })
    request.end()
  })
}

/** The authentication scheme of a challenge (RFC 9110 §11.6.1). */
function schemeName(challenge: string): string {
  return printable(challenge.trim().split(/[ ,]/, 1)[0] ?? '').slice(0, mostShown)
}
