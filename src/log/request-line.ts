import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { pathTemplate, queryNames } from '../operations/path-template.ts'
import { inWords } from '../problems/explain.ts'
import { isOf, type RefusalRule } from '../problems/failure.ts'
import { ruleName } from '../problems/phrases/caller-phrases.ts'
import type { FinishedRequest } from './finished-request.ts'
import type { IsNews } from './flood-gate.ts'
import type { RequestRecord, Resent } from './request-record.ts'

// grip: line of pino
const { asJsonSym, lsCacheSym } = pino.symbols

/** What is looked at of a request that has ended. */
export type Ended = {
  id: string
  request: IncomingMessage
  response: ServerResponse
  record: RequestRecord
  life: { past: { resent: readonly Resent[] } }
  /** The earlier write that it repeats, where it does. */
  write: { repeatOf: { requestId: string } | undefined } | undefined
  judged: {
    /** Undefined when it was not accepted. */
    target: { path: string; query: string | undefined } | undefined
    /** Undefined without a callers file. */
    caller: { name: string; how: FinishedRequest['how']; key: string | undefined } | undefined
    wouldHaveBeenRefused: RefusalRule | undefined
  }
}

/**
 * What is told of one request: who, what, how it ended and whose answer it was. Paths lose their ids, queries their
 * values; headers and bodies are not looked at (design/libraries 10: they hold personal values).
 */
export function finishedRequest({
  id,
  request,
  response,
  record,
  life: { past },
  write,
  judged,
}: Ended): FinishedRequest {
  const { target, caller, wouldHaveBeenRefused: rule } = judged
  const { problem } = record
  const unknown = problem !== undefined && isOf(problem.failure, 'caller_unknown') ? problem.failure.facts : undefined
  return {
    requestId: loggableId(id),
    method: request.method ?? '',
    path: target === undefined ? undefined : pathTemplate(target.path),
    query: queryNames(target?.query),
    status: response.headersSent ? response.statusCode : record.unpassed,
    origin: record.fromUpstream ? 'catapa' : 'sidecar',
    problem: problem?.code,
    detail: problem && inWords(problem.failure, 'operator'),
    failure: problem?.failure,
    callerGone: (problem === undefined && (record.cut || !response.writableFinished)) || undefined,
    resent: past.resent.length === 0 ? undefined : past.resent,
    repeatOf: write?.repeatOf && loggableId(write.repeatOf.requestId),
    waitedFor: record.waitedFor,
    waitedMs: record.waitedMs === undefined ? undefined : round(record.waitedMs),
    durationMs: round(performance.now() - record.beganAt),
    upstreamMs: record.sentAt === 0 ? undefined : round(record.upstreamMs ?? performance.now() - record.sentAt),
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
    caller: caller?.name ?? record.address,
    address: caller === undefined ? undefined : record.address,
    how: caller?.how,
    key: caller?.key ?? unknown?.key,
    claimedCaller: unknown?.claimed,
    wouldHaveBeenRefused: rule && ruleName(rule),
    rule,
    program: programOf(request.headers['user-agent']),
    listener: record.listener ?? 'socket file',
  }
}

/** One line a request; a flood of one failure is summarised. */
export function requestLog(log: FastifyBaseLogger, isNews: IsNews): (request: FinishedRequest) => void {
  const lines = log.child({})
  Reflect.set(lines, asJsonSym, lineOf(Reflect.get(lines, lsCacheSym)))
  return (request) => {
    const { problem, callerGone, status } = request
    if (problem !== undefined) {
      if (isNews(problem)) lines.warn(request, 'request')
    } else if (!callerGone || status !== undefined || isNews('caller_gone')) lines.info(request, 'request')
  }
}

/**
 * A line as pino makes it, but by one `JSON.stringify`: pino looks at each field, which is 2 to 5 % of a request.
 *
 * @param begins of lines, by level
 */
function lineOf(begins: Readonly<Record<number, string>>) {
  return (request: FinishedRequest, message: string, level: number, time: string): string =>
    `${begins[level]}${time},${JSON.stringify(logged(request)).slice(1, -1)},"msg":"${message}"}\n`
}

/** What the line has of a request: the failure only in words, and a key only where it is nobody's. */
export function logged(request: FinishedRequest) {
  const { problem, resent, key } = request
  return {
    ...request,
    failure: undefined,
    resent: resent?.join(),
    key: problem === 'caller_unknown' ? key : undefined,
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** The first product token of `User-Agent` (RFC 9110 §10.1.5): the rest may name people and machines. */
export function product(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined
  return productToken.exec(userAgent)?.[0]
}

/** Programs mostly call many times in a row. */
function lastRemembered<From, To>(work: (from: From) => To): (from: From) => To {
  let last: { from: From; to: To } | undefined
  return (from) => {
    if (last === undefined || last.from !== from) last = { from, to: work(from) }
    return last.to
  }
}

const programOf = lastRemembered(product)

const productToken = /^[A-Za-z0-9._-]{1,40}(\/[A-Za-z0-9._+-]{1,40})?(?=\s|$)/

/**
 * A request id as it may be logged: one that nobody wrote. A UUID, a trace id of 16 or 32 hex digits, or letters and digits in
 * a jumble. A name, an address, an identity number or a key, which the caller gets back in the header all the same, is not.
 */
export function loggableId(requestId: string): string {
  return uuid.test(requestId) || traceId.test(requestId) || isJumble(requestId) ? requestId : '…'
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Not of digits alone: an identity number has 16. */
const traceId = /^(?=.*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32})$/i
const jumble = /^[A-Za-z0-9]{20,64}$/
const words = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g

/** What was drawn by lot falls into pieces of two characters; words, codes and dates are longer. */
function isJumble(text: string): boolean {
  return jumble.test(text) && (text.match(words)?.length ?? 0) > 0.3 * text.length
}
