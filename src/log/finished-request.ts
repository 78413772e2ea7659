import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { pathTemplate, queryNames } from '../operations/path-template.ts'
import { inWords } from '../problems/explain.ts'
import { isOf, type RefusalRule } from '../problems/failure.ts'
import { ruleName } from '../problems/phrases/caller-phrases.ts'
import type { RequestRecord, Resent } from './request-record.ts'

type How = 'listener' | 'key' | 'certificate' | 'user' | undefined

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
    caller: { name: string; how: How; key: string | undefined } | undefined
    wouldHaveBeenRefused: RefusalRule | undefined
  }
}

/**
 * What is told of one request: who, what, how it ended and whose answer it was. Paths lose their ids, queries their
 * values; headers and bodies are not looked at (design/libraries 10: they hold personal values).
 */
export function finishedRequest({ id, request, response, record, life: { past }, write, judged }: Ended) {
  const { target, caller, wouldHaveBeenRefused: rule } = judged
  const { problem } = record
  const unknown = problem !== undefined && isOf(problem.failure, 'caller_unknown') ? problem.failure.facts : undefined
  return {
    /** As it may be logged. */
    requestId: loggableId(id),
    /** What CATAPA calls it, where that is not the same. */
    catapaRequestId: record.catapaRequestId && loggableId(record.catapaRequestId),
    method: request.method ?? '',
    /** Without ids; undefined when the target was not accepted. */
    path: target === undefined ? undefined : pathTemplate(target.path),
    /** Names of parameters. */
    query: queryNames(target?.query),
    /** Undefined when the caller left before there was an answer. */
    status: response.headersSent ? response.statusCode : record.unpassed,
    origin: record.fromUpstream ? ('catapa' as const) : ('sidecar' as const),
    problem: problem?.code,
    /** The sentence about it for whoever runs the sidecar: callers get one without paths, addresses and names. */
    detail: problem && inWords(problem.failure, 'operator'),
    /** For the admin listener only: it is not logged. */
    failure: problem?.failure,
    callerGone: (problem === undefined && (record.cut || !response.writableFinished)) || undefined,
    /** Why it was sent to CATAPA once more, each reason at most once, in this order; undefined where it was not. */
    resent: past.resent.length === 0 ? undefined : past.resent,
    /** The id of the earlier request that it repeats (design/promises 12.3). */
    repeatOf: write?.repeatOf && loggableId(write.repeatOf.requestId),
    waitedFor: record.waitedFor,
    waitedMs: record.waitedMs === undefined ? undefined : round(record.waitedMs),
    durationMs: round(performance.now() - record.beganAt),
    upstreamMs: record.sentAt === 0 ? undefined : round(record.upstreamMs ?? performance.now() - record.sentAt),
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
    /** Its name where there is a callers file, `other` for who has none there; else the address that it called from. */
    caller: caller?.name ?? record.address,
    /** The address, where `caller` is a name. */
    address: caller === undefined ? undefined : record.address,
    /** How it was recognised. */
    how: caller?.how,
    /** The first 8 digits of the key's digest. It is logged only where the caller is unknown. */
    key: caller?.key ?? unknown?.key,
    claimedCaller: unknown?.claimed,
    wouldHaveBeenRefused: rule && ruleName(rule),
    rule,
    program: programOf(request.headers['user-agent']),
    listener: record.listener ?? 'socket file',
    traceId: record.trace?.id,
    /** For the admin listener only. */
    ending: record.ending,
  }
}

/** What it waited for, which name an unknown caller claimed, and the rule itself, need not be told. */
type Untold =
  | 'catapaRequestId'
  | 'traceId'
  | 'ending'
  | 'repeatOf'
  | 'waitedFor'
  | 'waitedMs'
  | 'claimedCaller'
  | 'rule'

/** A request that has ended, as log, metrics and status page show it: counts and names, no value that a person wrote. */
export type FinishedRequest = Omit<Finished, Untold> & Partial<Pick<Finished, Untold>>

type Finished = ReturnType<typeof finishedRequest>

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
