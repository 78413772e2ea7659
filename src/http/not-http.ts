import { type IncomingMessage, METHODS } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemError, problem } from '../problems/problem.ts'

const methods = new Set(METHODS)

/**
 * Whether a request is HTTP/1.1 or 1.0. Node's parser also accepts HTTP/0.9 and 2.0, the methods of RTSP, for which Fastify
 * has no hooks, and the names RTSP and ICE in place of HTTP. The parser does not tell that name, so it is looked up in the
 * bytes being read. As that costs time, this is done only at the start of a connection and for version 1.0, which both use.
 * In a head that comes in pieces the name is not checked.
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

/** The bytes that the parser of a connection is reading; undefined if Node does not tell. */
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

/** Node's error for a connection that is not HTTP. */
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
