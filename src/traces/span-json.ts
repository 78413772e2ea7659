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

/**
 * A batch as the body of a request: OTLP/JSON, in which ids are hex digits and numbers of 64 bits are strings. All of it is ASCII, so that
 * each character is a byte: to encode UTF-8 would cost as much as all the rest.
 */
export function requestBody(spans: readonly Span[], resource: string, version: string): Buffer {
  const scope = `{"name":"catapa-sidecar","version":${JSON.stringify(version)}}`
  let end = write(`{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[`, 0)
  for (const [index, span] of spans.entries()) end = write(index === 0 ? spanJson(span) : `,${spanJson(span)}`, end)
  end = write(']}]}]}', end)
  return Buffer.from(written.subarray(0, end))
}

/** The batch that is being written: each span at once, while it is in the processor's cache. It grows to the largest batch. */
let written = Buffer.alloc(64 * 1024)

/** @returns its end */
function write(text: string, at: number): number {
  if (at + text.length > written.length) written = Buffer.concat([written.subarray(0, at)], 2 * (at + text.length))
  return at + written.write(text, at, 'latin1')
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
const head = remembered((_, key) => `{"key":${textJson(key)},"value":{`)

/** Needs no escapes: such a text is most of what there is. */
const plain = /^[\w/{}:. -]*$/

function textJson(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text).replace(/[^ -~]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

let second = { at: 0, text: '0' }

/** Since 1970; more digits than a number has. The seconds are mostly those of the one before: their text is a tenth of a span's cost. */
function nanoseconds(ms: number): string {
  const at = Math.floor(ms / 1000)
  if (at !== second.at) second = { at, text: String(at) }
  return second.text + String(1e9 + Math.floor((ms - at * 1000) * 1e6)).slice(1)
}
