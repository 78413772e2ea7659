// A collector of traces that reads none of our code, and judges what it gets by opentelemetry-proto 1.9 (trace.proto, common.proto,
// resource.proto, trace_service.proto) in the JSON mapping of the OTLP specification.
import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type Ending, listenOnFreePort, printed } from './sidecar.ts'

type Judge = (value: unknown, at: string) => void

const string: Judge = (value, at) => assert.equal(typeof value, 'string', `${at}: a string`)
const bool: Judge = (value, at) => assert.equal(typeof value, 'boolean', `${at}: a boolean`)
const matching =
  (form: RegExp): Judge =>
  (value, at) =>
    assert.ok(typeof value === 'string' && form.test(value), `${at}: ${JSON.stringify(value)} is not ${form}`)
/** fixed64 and int64 are strings of decimal digits in JSON. */
const fixed64: Judge = (value, at) => {
  matching(/^(0|[1-9]\d{0,19})$/)(value, at)
  assert.ok(BigInt(String(value)) < 2n ** 64n, at)
}
const int64 = matching(/^-?(0|[1-9]\d{0,18})$/)
/** uint32 and fixed32 are numbers. */
const uint32: Judge = (value, at) =>
  assert.ok(Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32, `${at}: a uint32`)
/** Enums are numbers in OTLP, and their names are not allowed. */
const enumOf =
  (...numbers: number[]): Judge =>
  (value, at) =>
    assert.ok(typeof value === 'number' && numbers.includes(value), `${at}: one of ${numbers}`)
/** Ids are hex digits in OTLP, and not Base64; all zero is invalid. */
const id = (bytes: number) => matching(new RegExp(`^(?!0+$)[0-9a-f]{${bytes * 2}}$`))

type Message = Readonly<{ fields: Readonly<Record<string, Judge>>; required?: readonly string[]; oneof?: boolean }>

function message({ fields, required = [], oneof }: Message): Judge {
  return (value, at) => {
    assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${at}: a message`)
    const given = Object.entries(value)
    for (const [name, member] of given) {
      const judge = fields[name]
      assert.ok(judge !== undefined, `${at}.${name} is no field`)
      judge(member, `${at}.${name}`)
    }
    for (const name of required) assert.ok(name in value, `${at}.${name} is missing`)
    if (oneof) assert.equal(given.length, 1, `${at}: exactly one`)
  }
}

function repeated(judge: Judge): Judge {
  return (value, at) => {
    assert.ok(Array.isArray(value), `${at}: a list`)
    for (const [index, one] of value.entries()) judge(one, `${at}[${index}]`)
  }
}

const anyValue = message({ fields: { stringValue: string, boolValue: bool, intValue: int64 }, oneof: true })
const keyValue = message({ fields: { key: matching(/./), value: anyValue }, required: ['key', 'value'] })
const attributes: Judge = (value, at) => {
  repeated(keyValue)(value, at)
  const keys = (value as { key: string }[]).map(({ key }) => key)
  assert.equal(new Set(keys).size, keys.length, `${at}: each key once`)
}
const link = message({
  fields: {
    ...{ traceId: id(16), spanId: id(8), traceState: string, flags: uint32 },
    ...{ attributes, droppedAttributesCount: uint32 },
  },
  required: ['traceId', 'spanId'],
})
const status = message({ fields: { message: string, code: enumOf(0, 1, 2) } })
const span = message({
  fields: {
    ...{ traceId: id(16), spanId: id(8), traceState: string, parentSpanId: id(8), flags: uint32, name: matching(/./) },
    ...{ kind: enumOf(1, 2, 3, 4, 5), startTimeUnixNano: fixed64, endTimeUnixNano: fixed64 },
    ...{ attributes, droppedAttributesCount: uint32, events: repeated(message({ fields: {} })) },
    ...{ droppedEventsCount: uint32, links: repeated(link), droppedLinksCount: uint32, status },
  },
  required: ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano'],
})
const scope = message({ fields: { name: string, version: string, attributes, droppedAttributesCount: uint32 } })
const scopeSpans = message({ fields: { scope, spans: repeated(span), schemaUrl: string }, required: ['spans'] })
const resource = message({ fields: { attributes, droppedAttributesCount: uint32 } })
const resourceSpans = message({
  fields: { resource, scopeSpans: repeated(scopeSpans), schemaUrl: string },
  required: ['resource', 'scopeSpans'],
})

/** ExportTraceServiceRequest. @throws AssertionError with the place of what is wrong */
export const judgeRequest = message({ fields: { resourceSpans: repeated(resourceSpans) }, required: ['resourceSpans'] })

/** A span as a reader of traces sees it. */
export type SeenSpan = {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: string
  /** ms since 1970. */
  at: number
  until: number
  attributes: Record<string, string | number>
  links: { traceId: string; spanId: string }[]
  failed: boolean
}

type Raw = { key: string; value: { stringValue?: string; intValue?: string } }

const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']

function valuesOf(list: Raw[] = []): Record<string, string | number> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]))
}

/** Judges a request, and reads it. */
export function readRequest(body: string): { resource: Record<string, string | number>; spans: SeenSpan[] } {
  const request = JSON.parse(body)
  judgeRequest(request, 'request')
  const [first] = request.resourceSpans
  const spans = first.scopeSpans.flatMap(({ spans: all }: { spans: unknown[] }) => all)
  return {
    resource: valuesOf(first.resource.attributes),
    // biome-ignore lint/suspicious/noExplicitAny: it was judged above
    spans: spans.map((raw: any): SeenSpan => {
      const [at, until] = [BigInt(raw.startTimeUnixNano), BigInt(raw.endTimeUnixNano)]
      assert.ok(until >= at, 'it ends after its start')
      return {
        ...{ traceId: raw.traceId, spanId: raw.spanId, parentSpanId: raw.parentSpanId, name: raw.name },
        kind: kindNames[raw.kind] ?? '',
        at: Number(at) / 1e6,
        until: Number(until) / 1e6,
        attributes: valuesOf(raw.attributes),
        links: (raw.links ?? []).map(({ traceId, spanId }: SeenSpan) => ({ traceId, spanId })),
        failed: raw.status?.code === 2,
      }
    }),
  }
}

export type Collector = {
  url: string
  spans: SeenSpan[]
  resource: Record<string, string | number>
  /** All bodies, as text, and the heads of the requests. */
  bodies: string[]
  heads: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[]
  connections: number
}

/** A collector that takes everything, or answers as it is told. */
export async function startCollector(
  t: Ending,
  answer: (response: ServerResponse, tries: number) => void = (response) => response.end('{"partialSuccess":{}}'),
): Promise<Collector> {
  const collector: Collector = { url: '', spans: [], resource: {}, bodies: [], heads: [], connections: 0 }
  const server = createServer(async (request, response) => {
    collector.heads.push({ method: request.method, url: request.url, headers: request.headers })
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const bytes = Buffer.concat(chunks)
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
    collector.bodies.push(body)
    printed(`${body}\n`) // `printed.test` looks for secrets in it.
    const read = readRequest(body)
    collector.resource = read.resource
    answer(response, collector.bodies.length)
    if (response.statusCode === 200) collector.spans.push(...read.spans)
  })
  server.on('connection', () => {
    collector.connections += 1
  })
  collector.url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  return collector
}
