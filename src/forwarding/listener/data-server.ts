import { createServer, type IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { type ProblemAnswer, type ProblemCode, ProblemError, problemAnswer } from '../../problems/problem.ts'
import { markMalformed } from '../exchange/request-body.ts'
import { requestId } from '../headers.ts'
import { lingerOnClose } from './closing.ts'
import { isHttp, noForwardProxy, notHttp, type ParserError, parserProblem } from './not-http.ts'

export type Routing = (request: IncomingMessage, response: ServerResponse) => void

const mostHeadBytes = 64 * 1024
/** Longer than callers keep idle connections, so that it is they who close. */
const keepAliveMs = 125_000
/** For request line and headers. */
const headTimeoutMs = 60_000
/** Requests that wait behind another on one connection; Node itself would take any number. */
const mostPipelined = 100

/** The data listener. What is refused before it is a request is logged where `isNews`. */
export function dataServer(
  routing: Routing,
  log: FastifyBaseLogger,
  isNews: (problem: ProblemCode) => boolean,
): Server {
  const options = {
    maxHeaderSize: mostHeadBytes,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headTimeoutMs,
    requestTimeout: 0, // Uploads may take hours; silence in them is bounded by the exchange.
    connectionsCheckingInterval: 5_000,
  }
  const server = strictServer(options, routing, (problem, caller) => {
    const id = requestId(undefined)
    const { code, detail } = problem
    const about = { requestId: id, problem: code, detail, caller, origin: 'sidecar' }
    if (isNews(code)) log.warn(about, 'request that is not HTTP/1.1')
    return problemAnswer(problem, id)
  })
  server.on('connection', (socket) => {
    socket.once('end', () => socket.destroy()) // Who half-closes counts as gone (design/promises 3.12).
  })
  return server
}

/**
 * An HTTP/1.1 server as old callers need it: one request of a connection at a time, and what is none, which Node and
 * Fastify would answer by themselves (design/libraries 23), answered with what `refusal` makes of it. One server per
 * address, since Fastify's own listening swallows errors of a second bind (design/libraries 28).
 */
export function strictServer(
  options: ServerOptions & { maxHeaderSize: number },
  routing: Routing,
  refusal: (problem: ProblemError, caller: string | undefined) => ProblemAnswer,
): Server {
  // The access guard answers for a missing Host.
  const server = createServer({ ...options, requireHostHeader: false })
  server.maxHeadersCount = 0 // Node would drop the rest silently, `Origin` included (design/libraries 27).
  const lastResponse = new WeakMap<Socket, ServerResponse>()
  const unanswered = new WeakMap<Socket, number>()
  /** Nothing that still comes from these is taken. */
  const refused = new WeakSet<Socket>()

  /** Pipelined requests are taken one after the other: two writes must not overtake each other. */
  function inTurn(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    if (refused.has(socket) || socket.writableEnded) return // Nobody would see what became of it.
    const before = lastResponse.get(socket)
    if (!isHttp(request, before === undefined)) {
      refuse(socket, notHttp())
      request.resume()
      return
    }
    if (before === undefined || isOver(before)) {
      lastResponse.set(socket, response)
      routing(request, response)
      return
    }
    const count = (unanswered.get(socket) ?? 0) + 1
    if (count > mostPipelined) {
      socket.pause()
      refuse(socket, new ProblemError('overloaded', 'Too many requests were sent without awaiting an answer.'))
      return
    }
    unanswered.set(socket, count)
    lastResponse.set(socket, response)
    before.once('close', () => {
      unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1)
      if (socket.destroyed || socket.writableEnded) return
      socket.setTimeout(0) // Node leaves that of the request before in place.
      routing(request, response)
    })
  }

  /** Refuses what comes on a bare socket, and all that comes after it. */
  function refuse(socket: Socket, problem: ProblemError): void {
    if (refused.has(socket)) return
    refused.add(socket)
    const owed = lastResponse.get(socket)
    if (owed !== undefined && !owed.req.complete) markMalformed(owed.req, problem)
    answerOnSocket(socket, problem)
  }

  /** Writes an answer once everything that is owed has been sent (design/libraries 24), and closes. */
  function answerOnSocket(socket: Socket, problem: ProblemError): void {
    const owed = lastResponse.get(socket)
    if (owed !== undefined && !isOver(owed)) {
      owed.once('close', () => answerOnSocket(socket, problem))
      return
    }
    if (!socket.writable) return // The answer before has closed it; a caller that is still writing may yet read that.
    const answer = rawAnswer(refusal(problem, socket.remoteAddress))
    lingerOnClose(socket)
    socket.write(answer)
    socket.destroySoon()
  }

  server.on('request', inTurn)
  server.on('checkExpectation', inTurn) // Expectations are dropped, not judged (design/libraries 23).
  server.on('connect', (_request, socket: Socket) => {
    // Node has taken its own listeners off: an error that nobody hears would end the process, and an answer that is owed
    // would wait for ever.
    socket.on('error', () => {})
    for (const event of ['drain', 'timeout']) {
      socket.on(event, () => {
        const owed: unknown = Reflect.get(socket, '_httpMessage')
        if (owed instanceof ServerResponse) owed.emit(event)
      })
    }
    refuse(socket, noForwardProxy())
  })
  server.on('clientError', (error: ParserError, socket: Socket) => {
    const problem = parserProblem(error, options.maxHeaderSize)
    if (problem === undefined) socket.destroy()
    else refuse(socket, problem)
  })
  return server
}

/** Finished is not enough: Node decides whether the connection goes on between "finish" and "close". */
function isOver(response: ServerResponse): boolean {
  return response.closed
}

function rawAnswer({ status, reason, headers, body }: ProblemAnswer): string {
  const head = [...headers, ['Connection', 'close'], ['Date', new Date().toUTCString()]]
  return `HTTP/1.1 ${status} ${reason}\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
