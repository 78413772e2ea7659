import { constants } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import { Socket } from 'node:net'
import { type SecureContextOptions, type TLSSocket, Server as TlsServer } from 'node:tls'
import { errorCode } from '../files/errno.ts'
import type { HandshakeFailure, Handshakes } from './handshakes.ts'

/** All PEM. `clientCa`: the CAs of callers, undefined if none is believed. */
export type TlsMaterial = Readonly<{ cert: string; key: string; clientCa: string | undefined }>

/** What the listeners of `tls:` share. */
export type TlsListening = Readonly<{
  /** What new connections get. The same object as long as nothing has changed. */
  material: () => TlsMaterial
  /** Whether new connections are asked for a certificate. None is refused for it here: recognising callers does that. */
  asksForCertificates: () => boolean
  handshakes: Handshakes
  /** A connection stands. */
  secured?: ((connection: TLSSocket) => void) | undefined
  /** A connection did not become one. `why`: OpenSSL's code, or ours. */
  failed: (why: string, caller: string | undefined) => void
}>

/** The first byte of every TLS connection: a record with a handshake (RFC 8446 §5.1). */
const handshakeRecord = 0x16

/**
 * Renegotiation only costs, and has been an attack. Sessions are not resumed: each connection shows anew what the files allow
 * now, and a certificate that has been taken out is not believed on the word of an old ticket.
 */
const secureOptions = constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET

function contextOptions({ cert, key, clientCa }: TlsMaterial): SecureContextOptions {
  // Without `ca` OpenSSL would believe every public CA.
  return { cert, key, ca: clientCa ?? [], minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', secureOptions }
}

/**
 * An HTTPS server that looks at the first byte of each connection before TLS does: plain HTTP goes to `refusePlain`, which
 * OpenSSL would only cut.
 */
export function tlsServer(options: ServerOptions, tls: TlsListening, refusePlain: (socket: Socket) => void): Server {
  const { handshakes } = tls
  let used = tls.material()
  const server = createServer({
    ...options,
    ...contextOptions(used),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
  })
  const begin = server.listeners('connection')
  server.removeAllListeners('connection')
  const waiting = new Set<Socket>()

  function handOver(socket: Socket): void {
    if (used !== tls.material()) {
      used = tls.material()
      server.setSecureContext(contextOptions(used)) // Connections that stand keep the context that they have.
    }
    // grip: asking for certificates
    Reflect.set(server, 'requestCert', tls.asksForCertificates())
    for (const listener of begin) listener.call(server, socket)
  }

  server.on('connection', (socket: Socket) => {
    const caller = socket.remoteAddress
    waiting.add(socket)
    socket.once('close', () => waiting.delete(socket))
    socket.on('error', () => {}) // Tells nothing that its end does not.
    handshakes.begin(socket, (why: HandshakeFailure) => tls.failed(why, caller))
    socket.once('data', (bytes: Buffer) => {
      socket.pause()
      if (bytes[0] === handshakeRecord) {
        socket.unshift(bytes)
        handOver(socket)
      } else {
        handshakes.end(socket)
        refusePlain(socket)
      }
    })
  })
  server.on('secureConnection', (secured) => {
    if (secured.authorizationError !== undefined && secured.authorizationError !== null) ignoreLeavings(secured)
    const socket = underneath(secured)
    if (socket === undefined) return
    handshakes.end(socket)
    tls.secured?.(secured)
    waiting.delete(socket)
  })
  server.on('tlsClientError', (error, secured) => tls.failed(errorCode(error) ?? 'no code', secured.remoteAddress))
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    for (const socket of waiting) socket.destroy() // Node knows of connections only once they are secured.
    closeIdle()
  }
  return server
}

/** Calls `take` with each connection, over TLS once that stands: the socket that its requests have. */
export function onConnection(server: HttpServer, take: (socket: Socket) => void): void {
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', take)
}

/** Of OpenSSL 3.0 the first, of 3.5 the second. */
const leavings = /:(asn1 encoding|digital envelope) routines:/

/**
 * Where a caller's certificate is wrongly signed, OpenSSL goes on, as it was told to, and leaves an error behind, which Node then
 * takes for one of the connection (design/libraries 111): the answer would be lost, though nothing is wrong with TLS. Errors of TLS
 * itself have a line of `SSL routines`.
 */
function ignoreLeavings(secured: TLSSocket): void {
  // grip: error of a TLS handle
  const handle: unknown = Reflect.get(secured, '_handle')
  if (typeof handle !== 'object' || handle === null) return
  const told: unknown = Reflect.get(handle, 'onerror')
  if (typeof told !== 'function') return
  Reflect.set(handle, 'onerror', (error: unknown) => {
    const text = error instanceof Error ? error.message : ''
    if (!leavings.test(text) || text.includes(':SSL routines:')) told.call(handle, error)
  })
}

/** The connection that TLS runs over. */
export function underneath(secured: TLSSocket): Socket | undefined {
  // grip: socket under TLS
  const socket: unknown = Reflect.get(secured, '_parent')
  return socket instanceof Socket ? socket : undefined
}
