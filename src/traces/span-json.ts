import { remembered } from '../words/remembered.ts'

/** Kinds of spans, and states, by their numbers in opentelemetry/proto/trace/v1/trace.proto. */
export const kinds = { internal: 1, server: 2, client: 3 } as const
const statusError = 2
/** The trace is sampled (W3C Trace Context, 3.2.2.5). */
const flagSampled = 1

export type SpanRef = Readonly<{ traceId: string; spanId: string }>

/** A span before it is JSON; instants in ms since 1970, with fractions. */
export type Span = SpanRef &
  Readonly<{
    parentSpanId: string | undefined
    name: string
    kind: (typeof kinds)[keyof typeof kinds]
    at: number
    until: number
    /** Of `attributesJson`. */
    attributes: string
    links?: readonly SpanRef[]
    failed: boolean
  }>

/** Undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** A batch as the body of a request: OTLP/JSON, in which ids are hex digits and numbers of 64 bits are strings. */
export function requestBody(spans: readonly Span[], resource: string, version: string): string {
  const scope = `{"name":"catapa-sidecar","version":${JSON.stringify(version)}}`
  const ofScope = `{"scope":${scope},"spans":[${listed(spans)}]}`
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[${ofScope}]}]}`
}

/** One text that grows, which is made flat once: a list of texts to join would be copied three times. */
function listed(spans: readonly Span[]): string {
  let json = ''
  for (const span of spans) json += json === '' ? spanJson(span) : `,${spanJson(span)}`
  return json
}

export function resourceJson(attributes: Attributes): string {
  return `{"attributes":[${attributesJson(attributes)}]}`
}

function spanJson({ traceId, spanId, parentSpanId, name, kind, at, until, attributes, links, failed }: Span): string {
  const parent = parentSpanId === undefined ? '' : `"parentSpanId":"${parentSpanId}",`
  const times = `"startTimeUnixNano":"${nanoseconds(at)}","endTimeUnixNano":"${nanoseconds(Math.max(at, until))}"`
  const linked = links === undefined || links.length === 0 ? '' : `,"links":[${links.map(linkJson).join()}]`
  const status = failed ? `,"status":{"code":${statusError}}` : ''
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}",${parent}"flags":${flagSampled},"name":${textJson(name)},` +
    `"kind":${kind},${times},"attributes":[${attributes}]${linked}${status}}`
  )
}

function linkJson({ traceId, spanId }: SpanRef): string {
  return `{"traceId":"${traceId}","spanId":"${spanId}","flags":${flagSampled}}`
}

/** The members of a list of attributes. */
export function attributesJson(attributes: Attributes): string {
  let json = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value === undefined) continue
    if (json !== '') json += ','
    if (typeof value === 'number') json += `${head(key)}"intValue":"${value}"}}`
    else json += `${head(key)}"stringValue":${textJson(value)}}}`
  }
  return json
}

/** The beginning of an attribute. There are few names, and one in each of a call's dozen attributes. */
const head = remembered((_, key) => `{"key":${JSON.stringify(key)},"value":{`)

/** Needs no escapes: such a text is most of what there is. */
const plain = /^[\w/{}:. -]*$/

function textJson(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text)
}

let second = { at: 0, text: '0' }

/** Since 1970; more digits than a number has. The seconds are mostly those of the one before: their text is a tenth of a span's cost. */
function nanoseconds(ms: number): string {
  const at = Math.floor(ms / 1000)
  if (at !== second.at) second = { at, text: String(at) }
  return second.text + String(1e9 + Math.floor((ms - at * 1000) * 1e6)).slice(1)
}
