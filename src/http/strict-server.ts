import { createServer, type IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemError, problem } from '../problems/problem.ts'
import type { ProblemAnswer } from '../problems/problem-answer.ts'
import { lingerOnClose } from './closing.ts'
import { expectsContinue } from './expect-continue.ts'
import { markMalformed } from './malformed-body.ts'
import { isHttp, noForwardProxy, notHttp, type ParserError, parserProblem } from './not-http.ts'
import { cameEarly } from './pipelined.ts'
import { type TlsListening, tlsServer } from './tls-server.ts'

export type Routing = (request: IncomingMessage, response: ServerResponse) => void

/** Builds the answer to bytes that are not a request. */
export type AnswerRefused = (problem: ProblemError, caller: string | undefined) => ProblemAnswer

/** Most requests that wait behind another on one connection; Node itself would take any number. */
const mostPipelined = 100

/** The requests of one connection. */
type Line = {
  /** The answer to the last accepted request. */
  last: ServerResponse | undefined
  /** Requests that wait behind another. */
  waiting: number
  /** No further request is accepted. */
  refused: boolean
}

type Strict = { routing: Routing; refusal: AnswerRefused; lines: WeakMap<Socket, Line> }

/**
 * An HTTP/1.1 server for old callers: it takes one request of a connection at a time. `refusal` builds the answers to bytes
 * that are no request, which Node and Fastify would answer by themselves (design/libraries 23). One server per address,
 * since Fastify's own listening swallows errors of a second bind (design/libraries 28). With `tls` all the same holds over TLS.
 */
export function strictServer(
  options: ServerOptions & { maxHeaderSize: number },
  routing: Routing,
  refusal: AnswerRefused,
  tls?: TlsListening,
): Server {
  const strict: Strict = { routing, refusal, lines: new WeakMap() }
  const ofNode = { ...options, requireHostHeader: false } // The access guard answers for a missing Host.
  const refusePlain = (socket: Socket) => refuse(strict, socket, problem('plain_to_tls', {}))
  const server = tls === undefined ? createServer(ofNode) : tlsServer(ofNode, tls, refusePlain)
  server.maxHeadersCount = 0 // Node would drop the rest silently, `Origin` included (design/libraries 27).
  const take: Routing = (request, response) => oneByOne(strict, request, response)
  server.on('request', take)
  server.on('checkContinue', (request, response) => {
    expectsContinue(request)
    take(request, response)
  })
  server.on('checkExpectation', take) // Other expectations are dropped, not judged (design/libraries 23).
  server.on('connect', (_request, socket: Socket) => {
    reviveEvents(socket)
    refuse(strict, socket, noForwardProxy())
  })
  server.on('clientError', (error: ParserError, socket: Socket) => {
    const problem = parserProblem(error, options.maxHeaderSize)
    if (problem === undefined) socket.destroy()
    else refuse(strict, socket, problem)
  })
  return server
}

function lineOf({ lines }: Strict, socket: Socket): Line {
  const known = lines.get(socket)
  if (known !== undefined) return known
  const line = { last: undefined, waiting: 0, refused: false }
  lines.set(socket, line)
  return line
}

/** Pipelined requests are taken one after the other: two writes must not overtake each other. */
function oneByOne(strict: Strict, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  const line = lineOf(strict, socket)
  if (line.refused || socket.writableEnded) return // No answer could be sent.
  const { last } = line
  if (!isHttp(request, last === undefined)) {
    refuse(strict, socket, notHttp())
    request.resume()
    return
  }
  if (last === undefined || isOver(last)) {
    line.last = response
    strict.routing(request, response)
    return
  }
  if (line.waiting >= mostPipelined) {
    socket.pause()
    refuse(strict, socket, problem('too_many_pipelined', {}))
    return
  }
  cameEarly(request)
  line.waiting += 1
  line.last = response
  last.once('close', () => {
    line.waiting -= 1
    if (socket.destroyed || socket.writableEnded) return
    socket.setTimeout(0) // Node leaves the time-out of the earlier request in place.
    strict.routing(request, response)
  })
}

/** Refuses the present bytes on a bare socket, and all later ones. */
function refuse(strict: Strict, socket: Socket, problem: ProblemError): void {
  const line = lineOf(strict, socket)
  if (line.refused) return
  line.refused = true
  const { last } = line
  if (last !== undefined && !last.req.complete) markMalformed(last.req, problem)
  whenSent(line, () => {
    if (!socket.writable) return // The answer before has closed it; a caller that is still writing may yet read that.
    const answer = rawAnswer(strict.refusal(problem, socket.remoteAddress))
    lingerOnClose(socket)
    socket.write(answer)
    socket.destroySoon()
  })
}

/** Calls `then` once all pending answers have been sent (design/libraries 24). */
function whenSent(line: Line, then: () => void): void {
  const { last } = line
  if (last === undefined || isOver(last)) then()
  else last.once('close', () => whenSent(line, then))
}

/**
 * Puts listeners on the socket of a CONNECT, from which Node has removed its own: an unhandled error would end the process, and
 * a pending answer would wait for ever.
 */
function reviveEvents(socket: Socket): void {
  socket.on('error', () => {})
  for (const event of ['drain', 'timeout']) {
    socket.on(event, () => {
      // grip: owed answer
      const owed: unknown = Reflect.get(socket, '_httpMessage')
      if (owed instanceof ServerResponse) owed.emit(event)
    })
  }
}

/** Finished is not enough: Node decides whether the connection goes on between "finish" and "close". */
function isOver(response: ServerResponse): boolean {
  return response.closed
}

function rawAnswer({ status, reason, headers, body }: ProblemAnswer): string {
  const head = [...headers, ['Connection', 'close'], ['Date', new Date().toUTCString()]]
  return `HTTP/1.1 ${status} ${reason}\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
