import type { SecureContext } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { type CallTrace, type TraceStep, traceParent } from '../log/call-trace.ts'
import type { Ended, FinishedRequest } from '../log/finished-request.ts'
import { outlet } from '../network/outlet.ts'
import type { TraceSettings } from '../settings/traces.ts'
import type { WatchTokenRequest } from '../tokens/endpoint/token-request.ts'
import { type EndedCall, endedCall, serverOf, spansIn, spansOf } from './call-spans.ts'
import { isOff, sampler } from './sampler.ts'
import { type SpanCounts, sendSpans } from './send-spans.ts'
import { newId } from './span-ids.ts'
import { attributesJson, kinds, requestBody, resourceJson, type Span } from './span-json.ts'

export type TracingParts = Readonly<{
  settings: TraceSettings
  /** CATAPA's origin, and the token endpoint. */
  upstream: URL
  tokenUrl: URL
  version: string
  secureContext: SecureContext
  proxy: URL | undefined
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Tests only. */
  everyMs?: number | undefined
  firstRetryMs?: number | undefined
}>

/** What becomes of traces, for people. */
export type TracesShown = Readonly<{ host: string; spans: SpanCounts; failing: string | undefined }>

/** Makes the traces of calls and token requests, and sends them. */
export type Tracing = Readonly<{
  /** The trace of a call whose head has come. */
  traceOf(traceparent: string | string[] | undefined): CallTrace | undefined
  /** A call has ended that is sampled. */
  ended(call: Ended, finished: FinishedRequest): void
  tokenRequest: WatchTokenRequest
  shown(): TracesShown
  /** Sends what is there, for so long at most. */
  stop(patienceMs: number): Promise<void>
}>

type TokenRequest = { traceId: string; spanId: string; at: number; until: number }
type Item = Readonly<{ size: number } & ({ call: EndedCall } | { span: Span })>

/** So many of the last token requests are known to the calls that waited for them. */
const mostTokenRequests = 64
const mostLinks = 8
/** The two clocks may differ by so much before they are compared again. */
const mostSkewMs = 5

export function startTracing(parts: TracingParts): Tracing {
  const { settings, upstream, version, secureContext, proxy } = parts
  const { origin } = upstream
  const server = serverOf(upstream)
  const samples = sampler(settings)
  const rootsOff = isOff(settings)
  const resource = resourceJson({ ...settings.resource, 'service.name': settings.serviceName })
  const sending = sendSpans<Item>({
    ...parts,
    outlet: outlet(settings.endpoint, { secureContext, proxy, connectTimeoutMs: settings.timeoutMs }),
    bodyOf: (items) => requestBody(items.flatMap(spansOfItem), resource, version),
  })
  let tokenRequests: TokenRequest[] = []
  let offsetMs = Date.now() - performance.now()

  /** Not performance.timeOrigin: the clock of the machine may have been set since. */
  function offset(): number {
    const now = Date.now() - performance.now()
    if (Math.abs(now - offsetMs) > mostSkewMs) offsetMs = now
    return offsetMs
  }

  function spansOfItem(item: Item): readonly Span[] {
    return 'span' in item ? [item.span] : spansOf(item.call, { origin, server })
  }

  function during(steps: readonly TraceStep[]): TokenRequest[] {
    const waits = steps.filter(({ is }) => is === 'token')
    if (waits.length === 0) return []
    return tokenRequests
      .filter((request) => waits.some(({ at, until }) => request.at <= until && request.until >= at))
      .slice(-mostLinks)
  }

  return {
    traceOf(traceparent) {
      const parent = traceParent(traceparent)
      const continued = settings.continues ? parent : undefined
      const id = continued?.id ?? newId(16)
      if (samples(id, continued)) return { id, sampled: { span: newId(8), parent: continued?.span, steps: [] } }
      return parent && { id: parent.id, sampled: undefined }
    },
    ended(call, finished) {
      const ended = endedCall(call, finished, offset(), during)
      if (ended !== undefined) sending.add({ size: spansIn(ended), call: ended })
    },
    tokenRequest() {
      const request = { traceId: newId(16), spanId: newId(8), at: performance.now(), until: Number.POSITIVE_INFINITY }
      if (!rootsOff) tokenRequests = [...tokenRequests, request].slice(-mostTokenRequests)
      return (status, problem) => {
        request.until = performance.now()
        if (!rootsOff) sending.add({ size: 1, span: tokenSpan(parts, request, offset(), status, problem) })
      }
    },
    shown: () => ({ host: settings.endpoint.host, spans: sending.counts(), failing: sending.failing() }),
    stop: sending.stop,
  }
}

/** A token request is a trace of its own: many calls may have waited for it. */
function tokenSpan(
  { tokenUrl }: TracingParts,
  { traceId, spanId, at, until }: TokenRequest,
  offsetMs: number,
  status: number | undefined,
  problem: string | undefined,
): Span {
  const refused = status !== undefined && status >= 400
  return {
    traceId,
    spanId,
    parentSpanId: undefined,
    name: `POST ${tokenUrl.pathname}`,
    kind: kinds.client,
    at: at + offsetMs,
    until: until + offsetMs,
    attributes: attributesJson({
      'http.request.method': 'POST',
      'url.full': tokenUrl.origin + tokenUrl.pathname,
      ...serverOf(tokenUrl),
      'http.response.status_code': status,
      'error.type': problem ?? (refused ? String(status) : undefined),
    }),
    failed: problem !== undefined || refused,
  }
}
