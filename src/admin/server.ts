import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isLoopback } from '../config/listen-address.ts'

/** Connections of peers on this machine. */
export type LocalPeers = WeakSet<Socket>

/**
 * A server for the admin listener. Peers are judged when they connect: a socket that was closed has forgotten its
 * addresses, and a distant peer must not pass for one without any.
 */
export function adminServer(
  routing: (request: IncomingMessage, response: ServerResponse) => void,
  localPeers: LocalPeers,
): Server {
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      requireHostHeader: false, // The guard answers for a missing Host.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 75_000,
    },
    routing,
  )
  server.maxHeadersCount = 0 // Node would drop the rest silently, `Origin` included (STACK row 27).
  server.on('connection', (socket) => {
    if (typeof server.address() === 'string' || isLocalPeer(socket.remoteAddress)) localPeers.add(socket)
  })
  return server
}

/** Whether a TCP peer is on this machine's loopback, IPv4 in IPv6 (`::ffff:127.0.0.1`) included. */
export function isLocalPeer(remoteAddress: string | undefined): boolean {
  return remoteAddress !== undefined && isLoopback(remoteAddress)
}
