import { type IncomingMessage, METHODS } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemError, problem } from '../problems/problem.ts'

const methods = new Set(METHODS)

/**
 * Whether a request is HTTP/1.1 or 1.0. Node's parser takes more for one: HTTP/0.9 and 2.0, the methods of RTSP, which
 * Fastify has no hooks for, and RTSP's and ICE's own words where HTTP's belongs. Those words it keeps to itself, so
 * they are looked for in what it is reading, at a price: where the connection begins, and with 1.0, which is what both
 * call themselves. A head that comes in pieces goes by the rest.
 */
export function isHttp({ method = '', url, httpVersion, socket }: IncomingMessage, first: boolean): boolean {
  if (!methods.has(method) || (httpVersion !== '1.1' && httpVersion !== '1.0')) return false
  if (!first && httpVersion === '1.1') return true
  const line = `${method} ${url} `
  const packet = packetOf(socket)
  const at = packet?.indexOf(line, 0, 'latin1') ?? -1
  const word = at === -1 ? 'HTTP/' : packet?.toString('latin1', at + line.length, at + line.length + 5)
  return word === 'HTTP/'
}

/** The bytes that the parser of a connection is in the middle of; undefined should Node no longer tell. */
function packetOf(socket: Socket): Buffer | undefined {
  // grip: bytes of the parser
  const parser: unknown = Reflect.get(socket, 'parser')
  if (typeof parser !== 'object' || parser === null) return undefined
  const look: unknown = Reflect.get(parser, 'getCurrentBuffer')
  const packet: unknown = typeof look === 'function' ? look.call(parser) : undefined
  return Buffer.isBuffer(packet) ? packet : undefined
}

export function notHttp(): ProblemError {
  return problem('http_version', {})
}

export function noForwardProxy(): ProblemError {
  return problem('connect', {})
}

/** What Node says of a connection that its parser gave up on. */
export type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer }

/** An error of Node's parser as a problem; undefined when the connection itself failed. */
export function parserProblem({ code, rawPacket }: ParserError, mostHeadBytes: number): ProblemError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return problem('head_too_large', { mostBytes: mostHeadBytes })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('head_late', {})
  }
  if (code === undefined || !code.startsWith('HPE_') || code === 'HPE_INVALID_EOF_STATE') return undefined
  if (rawPacket?.[0] === 0x16) {
    return problem('tls_to_plain', {})
  }
  return problem('not_http', {})
}
