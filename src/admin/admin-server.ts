import { type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { sandboxed } from '../http/sandboxed-headers.ts'
import { type Routing, strictServer } from '../http/strict-server.ts'
import { type ProblemCode, problems } from '../problems/codes.ts'
import type { ProblemError } from '../problems/problem.ts'
import type { ProblemAnswer } from '../problems/problem-answer.ts'
import { isLoopback } from '../settings/listen-address.ts'

/** Connections of peers on this machine. */
export type LocalPeers = WeakSet<Socket>

/**
 * A server for the admin listener. Peers are judged when they connect: a closed socket has forgotten its addresses, and a
 * distant peer must not pass for a socket file's. Bytes that are no request are logged if `isNews`.
 */
export function adminServer(
  routing: Routing,
  localPeers: LocalPeers,
  log: FastifyBaseLogger,
  isNews: (problem: ProblemCode) => boolean,
): Server {
  const options = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
  }
  const server = strictServer(options, routing, (problem, caller) => {
    const { code, detail } = problem
    if (isNews(code)) log.warn({ problem: code, detail, caller }, 'request on the admin listener that is not HTTP/1.1')
    return refusal(problem)
  })
  server.on('connection', (socket) => {
    if (typeof server.address() === 'string' || isLocalPeer(socket.remoteAddress)) localPeers.add(socket)
  })
  return server
}

/** In the form of the admin listener's other refusals. */
function refusal({ code, detail }: ProblemError): ProblemAnswer {
  const { status } = problems[code]
  const body = JSON.stringify({ status, detail, code })
  return {
    status,
    reason: STATUS_CODES[status] ?? '',
    headers: [
      ['Content-Type', 'application/problem+json'],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Cache-Control', 'no-store'],
      ...Object.entries(sandboxed),
      ['X-Catapa-Sidecar-Error', code],
    ],
    body,
  }
}

/** Whether a TCP peer is on this machine's loopback, IPv4 in IPv6 (`::ffff:127.0.0.1`) included. */
export function isLocalPeer(remoteAddress: string | undefined): boolean {
  return remoteAddress !== undefined && isLoopback(remoteAddress)
}
