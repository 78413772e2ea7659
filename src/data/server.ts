import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { type ProblemCode, ProblemError, problemAnswer } from '../errors.ts'
import { lingerOnClose } from './closing.ts'
import { requestId } from './headers.ts'
import { markMalformed } from './request-body.ts'

type Routing = (request: IncomingMessage, response: ServerResponse) => void

const mostHeadBytes = 64 * 1024
/** Longer than callers keep idle connections, so that it is they who close. */
const keepAliveMs = 125_000
/** For request line and headers. */
const headTimeoutMs = 60_000
/** Requests that wait behind another on one connection; Node itself would take any number. */
const mostPipelined = 100

/**
 * An HTTP/1.1 server as old callers need it: one request of a connection at a time, errors of the parser in the form
 * of our own, and what Node would answer by itself answered by us (STACK row 23). One server per address, since
 * Fastify's own listening swallows errors of a second bind (STACK row 28). What is refused before it is a request is logged
 * where `isNews`.
 */
export function dataServer(
  routing: Routing,
  log: FastifyBaseLogger,
  isNews: (problem: ProblemCode) => boolean,
): Server {
  const server = createServer({
    maxHeaderSize: mostHeadBytes,
    requireHostHeader: false, // The access guard answers for a missing Host.
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headTimeoutMs,
    requestTimeout: 0, // Uploads may take hours; silence in them is bounded by the exchange.
    connectionsCheckingInterval: 5_000,
  })
  server.maxHeadersCount = 0 // Node would drop the rest silently, `Origin` included (STACK row 27).
  const lastResponse = new WeakMap<Socket, ServerResponse>()
  const unanswered = new WeakMap<Socket, number>()
  /** Nothing that still comes from these is taken. */
  const refused = new WeakSet<Socket>()

  /** Pipelined requests are taken one after the other: two writes must not overtake each other. */
  function inTurn(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    if (refused.has(socket) || socket.writableEnded) return // Nobody would see what became of it.
    const before = lastResponse.get(socket)
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

  /** Writes an answer once everything that is owed has been sent (STACK row 24), and closes. */
  function answerOnSocket(socket: Socket, problem: ProblemError): void {
    const owed = lastResponse.get(socket)
    if (owed !== undefined && !isOver(owed)) {
      owed.once('close', () => answerOnSocket(socket, problem))
      return
    }
    if (!socket.writable) return // The answer before has closed it; a caller that is still writing may yet read that.
    const id = requestId(undefined)
    const { code, detail } = problem
    const about = { requestId: id, problem: code, detail, caller: socket.remoteAddress, origin: 'sidecar' }
    if (isNews(code)) log.warn(about, 'request that is not HTTP/1.1')
    lingerOnClose(socket)
    socket.write(rawAnswer(problem, id))
    socket.destroySoon()
  }

  server.on('request', inTurn)
  server.on('checkExpectation', inTurn) // Expectations are dropped, not judged (STACK row 23).
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
    refuse(
      socket,
      new ProblemError(
        'method_not_allowed',
        'CONNECT is not supported: the sidecar is no forward proxy. Use it as the base URL.',
      ),
    )
  })
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    const problem = parserProblem(error)
    if (problem === undefined) socket.destroy()
    else refuse(socket, problem)
  })
  server.on('connection', (socket) => {
    socket.once('end', () => socket.destroy()) // Who half-closes counts as gone (CONTRACT §3).
  })
  return server
}

/** Finished is not enough: Node decides whether the connection goes on between "finish" and "close". */
function isOver(response: ServerResponse): boolean {
  return response.closed
}

/** An error of Node's parser as a problem; undefined when the connection itself failed. */
function parserProblem({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): ProblemError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ProblemError(
      'headers_too_large',
      'Request line and headers are over 64 KiB; send less, for example in several requests.',
    )
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ProblemError(
      'request_timeout',
      'The head of the request did not arrive in time; send it without pauses.',
    )
  }
  if (code === undefined || !code.startsWith('HPE_') || code === 'HPE_INVALID_EOF_STATE') return undefined
  if (rawPacket?.[0] === 0x16) {
    return new ProblemError(
      'bad_request',
      'The program speaks TLS, the sidecar plain HTTP; use a base URL that begins with http://.',
    )
  }
  return new ProblemError('bad_request', 'The request is not well-formed HTTP/1.1; correct the program that sends it.')
}

function rawAnswer(problem: ProblemError, id: string): string {
  const { status, reason, headers, body } = problemAnswer(problem, id)
  const head = [...headers, ['Connection', 'close'], ['Date', new Date().toUTCString()]]
  return `HTTP/1.1 ${status} ${reason}\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
