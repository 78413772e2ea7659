import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type { FinishedRequest } from './finished-request.ts'
import { floodGate } from './flood.ts'
import { pathTemplate, queryNames } from './path-template.ts'

/**
 * What is told of one request: who, what, how it ended and whose answer it was. Paths lose their ids, queries their
 * values; headers and bodies are not looked at (STACK row 10: they hold personal values).
 */
export function finishedRequest({ record, raw }: FastifyRequest, reply: FastifyReply): FinishedRequest {
  const { target, problem } = record
  return {
    method: raw.method,
    path: target === undefined ? undefined : pathTemplate(target.path),
    query: queryNames(target?.query),
    status: reply.raw.headersSent ? reply.statusCode : undefined,
    origin: record.fromUpstream ? 'catapa' : 'sidecar',
    problem: problem?.code,
    detail: problem?.detail,
    callerGone: (problem === undefined && !reply.raw.writableFinished) || undefined,
    replayed: record.replayed || undefined,
    durationMs: round(reply.elapsedTime),
    upstreamMs: record.sentAt === 0 ? undefined : round(record.upstreamMs ?? performance.now() - record.sentAt),
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
    caller: record.caller,
    program: product(raw.headers['user-agent']),
    listener: record.listener ?? 'socket file',
  }
}

/** One line a request, each in the logger of its own; a flood of one failure is summarised in `log`. */
export function requestLog(log: FastifyBaseLogger): (own: FastifyBaseLogger, request: FinishedRequest) => void {
  const isNews = floodGate(log)
  return (own, request) => {
    if (request.problem === undefined) own.info(request, 'request')
    else if (isNews(request.problem)) own.warn(request, 'request')
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The first product token of `User-Agent` (RFC 9110 §10.1.5): the rest may name people and machines. */
export function product(userAgent: string | undefined): string | undefined {
  return /^[A-Za-z0-9._-]{1,40}(\/[A-Za-z0-9._+-]{1,40})?(?=\s|$)/.exec(userAgent ?? '')?.[0]
}

/**
 * A request id as it may be logged: one that a program made, letters and digits. A name, an address or an identity
 * number, which the caller gets back in the header all the same, is not.
 */
export function loggableId(requestId: string): string {
  return /^(?=.*\d)(?=.*[A-Za-z])[\w.:/+=-]+$/.test(requestId) ? requestId : '…'
}
