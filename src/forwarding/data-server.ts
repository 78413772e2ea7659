import type { Server } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import { type AnswerRefused, type Routing, strictServer } from '../http/strict-server.ts'
import { onConnection, type TlsListening } from '../http/tls-server.ts'
import type { ProblemCode } from '../problems/codes.ts'
import { problemAnswer } from '../problems/problem-answer.ts'
import type { Language } from '../words/language.ts'
import { requestId } from './headers.ts'

const options = {
  maxHeaderSize: 64 * 1024,
  keepAliveTimeout: 125_000, // Longer than callers keep idle connections, so that it is they who close.
  headersTimeout: 60_000, // For request line and headers.
  requestTimeout: 0, // Uploads may take hours; silence in them is bounded by the exchange.
  connectionsCheckingInterval: 5_000,
}

/** The data listener, over TLS with `tls`. It refuses in this language; refusals of bytes that are no request yet are logged where `isNews`. */
export function dataServer(
  routing: Routing,
  log: FastifyBaseLogger,
  isNews: (problem: ProblemCode) => boolean,
  language: Language,
  tls?: TlsListening,
): Server {
  const refusal: AnswerRefused = (problem, caller) => {
    const id = requestId(undefined)
    const { code, detail } = problem
    const about = { requestId: id, problem: code, detail, caller, origin: 'sidecar' }
    if (isNews(code)) log.warn(about, 'request that is not HTTP/1.1')
    return problemAnswer(problem, { requestId: id, language })
  }
  const server = strictServer(options, routing, refusal, tls)
  onConnection(server, (socket) => {
    socket.once('end', () => socket.destroy()) // A caller that half-closes counts as gone (design/promises 3.12).
  })
  return server
}
