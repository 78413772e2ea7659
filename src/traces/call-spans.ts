import type { CallTrace, TraceStep } from '../log/call-trace.ts'
import type { Ended, FinishedRequest } from '../log/finished-request.ts'
import { findOperation } from '../operations/find-operation.ts'
import { newId } from './span-ids.ts'
import { type Attributes, attributesJson, kinds, type Span, type SpanRef } from './span-json.ts'

/** Of a call that has ended and is sampled: all that its spans are made of, and nothing that keeps the call alive. */
export type EndedCall = Readonly<{
  traceId: string
  sampled: NonNullable<CallTrace['sampled']>
  /** Instants as performance.now, and from there to ms since 1970. */
  offsetMs: number
  at: number
  until: number
  method: string
  template: string
  protocol: string
  listener: string
  status: number | undefined
  problem: string | undefined
  requestId: string
  /** The token requests that were under way while it waited for a token. */
  tokenRequests: readonly SpanRef[]
}>

export type Around = Readonly<{
  /** CATAPA's origin, and its attributes: a URL takes it apart anew each time. */
  origin: string
  server: Attributes
}>

const unknown = '{unknown}'
/** RFC 9110 §9 and PATCH: another method is a text of the caller's. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

type EndedPart = Readonly<Pick<Ended, 'request' | 'record'> & { judged: Pick<Ended['judged'], 'target'> }>

/** @param offsetMs from performance.now to ms since 1970 */
export function endedCall(
  { request, record, judged }: EndedPart,
  finished: FinishedRequest,
  offsetMs: number,
  tokenRequests: (steps: readonly TraceStep[]) => readonly SpanRef[],
): EndedCall | undefined {
  const { trace, beganAt } = record
  if (trace?.sampled === undefined) return undefined
  const { method, status, problem, requestId } = finished
  return {
    traceId: trace.id,
    sampled: trace.sampled,
    offsetMs,
    at: beganAt,
    until: performance.now(),
    method: knownMethods.has(method) ? method : '_OTHER',
    template: (judged.target && findOperation(method, judged.target.path)?.template) ?? unknown,
    protocol: request.httpVersion,
    listener: record.listener ?? '',
    status,
    problem,
    requestId,
    tokenRequests: tokenRequests(trace.sampled.steps),
  }
}

/** The number of spans that `spansOf` makes. */
export function spansIn({ sampled }: EndedCall): number {
  return 1 + sampled.steps.length
}

/** A span for the call, and below it one for each wait and each exchange (HTTP semantic conventions, stable names). */
export function spansOf(call: EndedCall, around: Around): Span[] {
  const { sampled } = call
  let sent = 0
  return [
    callSpan(call),
    ...sampled.steps.map((step) => {
      if (step.is === 'exchange') return exchangeSpan(call, step, around, sent++)
      return { ...inner(call, step), ...waitOf(call, step), kind: kinds.internal, failed: false }
    }),
  ]
}

/** `GET /core/v1/employees`; a method that is none is HTTP. */
function nameOf({ method, template }: EndedCall): string {
  return `${method === '_OTHER' ? 'HTTP' : method} ${template}`
}

function callSpan(call: EndedCall): Span {
  const { traceId, sampled, offsetMs, at, until, method, template, protocol, listener, status, problem, requestId } =
    call
  const fromServer = status !== undefined && status >= 500
  const name = nameOf(call)
  return {
    traceId,
    spanId: sampled.span,
    parentSpanId: sampled.parent,
    name,
    kind: kinds.server,
    at: at + offsetMs,
    until: until + offsetMs,
    attributes: `${knownJson(`${name} ${status} ${problem} ${protocol} ${listener}`, () => ({
      'http.request.method': method,
      'url.scheme': 'http',
      'url.path': template,
      'http.response.status_code': status,
      ...addressOf(listener),
      'network.protocol.version': protocol,
      'error.type': problem ?? (fromServer ? String(status) : undefined),
    }))},${attributesJson({ 'catapa_sidecar.request_id': requestId })}`,
    // A problem whose status is the caller's fault is no error here; one after CATAPA's status is an answer that was cut.
    failed: fromServer || (problem !== undefined && !(status !== undefined && status >= 400)),
  }
}

function exchangeSpan(call: EndedCall, step: TraceStep & { is: 'exchange' }, around: Around, resent: number): Span {
  const { traceId, sampled, offsetMs, method, template } = call
  const { status, error } = step
  const { origin, server } = around
  const refused = status !== undefined && status >= 400
  const { at, until } = step
  const name = nameOf(call)
  return {
    traceId,
    spanId: newId(8),
    parentSpanId: sampled.span,
    name,
    kind: kinds.client,
    at: at + offsetMs,
    until: until + offsetMs,
    attributes: knownJson(`${name} ${status} ${error} ${resent} ${origin}`, () => ({
      'http.request.method': method,
      'url.full': `${origin}${template === unknown ? `/${unknown}` : template}`,
      ...server,
      'http.response.status_code': status,
      'http.request.resend_count': resent === 0 ? undefined : resent,
      'error.type': error ?? (refused ? String(status) : undefined),
    })),
    failed: error !== undefined || refused,
  }
}

/** `server.address` and `server.port` of a URL. */
export function serverOf({ hostname, port, protocol }: URL): Attributes {
  return {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}

const waits = {
  places: 'wait for a place',
  rate: 'wait for the rate of the caller',
  'max-in-flight': 'wait for max-in-flight of the caller',
  hold: 'wait for the end of a pause',
} as const

function waitOf({ tokenRequests }: EndedCall, step: Exclude<TraceStep, { is: 'exchange' }>) {
  if (step.is === 'token') return { name: 'wait for a token', attributes: '', links: tokenRequests }
  return { name: waits[step.for], attributes: attributesJson({ 'catapa_sidecar.waited_for': step.for }) }
}

function inner({ traceId, sampled, offsetMs }: EndedCall, { at, until }: TraceStep) {
  const parentSpanId = sampled.span
  return { traceId, spanId: newId(8), parentSpanId, at: at + offsetMs, until: until + offsetMs }
}

/** Of `127.0.0.1:8228` or `[::1]:8228`; a socket file has neither. */
function addressOf(listener: string): Attributes {
  const colon = listener.lastIndexOf(':')
  if (colon === -1) return { 'server.address': 'socket file' }
  const address = listener.slice(0, colon).replace(/^\[|\]$/g, '')
  return { 'server.address': address, 'server.port': Number(listener.slice(colon + 1)) }
}

const mostKnown = 2000
const known = new Map<string, string>()

/** Attributes that many spans share, made once: they are half of what a span costs. The key has all that they depend on. */
function knownJson(key: string, make: () => Attributes): string {
  const before = known.get(key)
  if (before !== undefined) return before
  const json = attributesJson(make())
  if (known.size < mostKnown) known.set(key, json)
  return json
}
