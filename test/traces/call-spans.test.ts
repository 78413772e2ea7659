// What the spans of a call say, of each way that it may go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TraceStep } from '../../src/log/call-trace.ts'
import { type EndedCall, serverOf, spansOf } from '../../src/traces/call-spans.ts'
import { attributesJson, kinds, requestBody, resourceJson } from '../../src/traces/span-json.ts'
import { readRequest, type SeenSpan } from '../support/otlp.ts'

const catapa = new URL('https://catapa.example')
const around = { origin: catapa.origin, server: serverOf(catapa) }

/** The spans of a read, as a collector reads them: that of the call first. */
function seen(changes: Partial<EndedCall> = {}, steps: readonly TraceStep[] = []): SeenSpan[] {
  const call: EndedCall = {
    ...{ traceId: 'a'.repeat(32), sampled: { span: 'b'.repeat(16), parent: undefined, steps: [...steps] } },
    ...{ offsetMs: 1_790_000_000_000, at: 10, until: 20, method: 'GET', template: '/core/v1/employees' },
    ...{ protocol: '1.1', listener: '127.0.0.1:8228', status: 200, problem: undefined, requestId: 'r-1' },
    ...{ tokenRequests: [], ...changes },
  }
  return readRequest(requestBody(spansOf(call, around), resourceJson({}), '0').toString()).spans
}

const exchange = (status: number | undefined, error?: string): TraceStep => {
  return { is: 'exchange', at: 11, until: 12, status, error }
}

const ends: [what: string, end: Partial<EndedCall>, failed: boolean, errorType: string | undefined][] = [
  ['CATAPA answered', { status: 200 }, false, undefined],
  ['CATAPA refused it', { status: 404 }, false, undefined],
  ['CATAPA failed', { status: 500 }, true, '500'],
  ['the sidecar refused it', { status: 403, problem: 'policy_denied' }, false, 'policy_denied'],
  ['CATAPA refused it with the same status', { status: 403 }, false, undefined],
  ['CATAPA could not be reached', { status: 502, problem: 'upstream_unreachable' }, true, 'upstream_unreachable'],
  ['the connection was lost', { status: 502, problem: 'upstream_closed' }, true, 'upstream_closed'],
  ['the answer broke off behind its head', { status: 200, problem: 'upstream_closed' }, true, 'upstream_closed'],
  ['its time was over before it had an answer', { status: undefined, problem: 'interrupted' }, true, 'interrupted'],
  ['the caller left', { status: undefined }, false, undefined],
]

for (const [what, end, failed, errorType] of ends) {
  test(`the span of a call says whether it failed, and how: ${what}`, () => {
    const [call] = seen(end)
    assert.deepEqual([call?.failed, call?.attributes['error.type']], [failed, errorType])
    assert.equal(call?.attributes['http.response.status_code'], end.status)
  })
}

test('each exchange is told apart, also where all but its number is the same', () => {
  const spans = seen({}, [exchange(401), exchange(200)])
  const again = seen({}, [exchange(200)])
  const lost = seen({ status: 502, problem: 'upstream_closed' }, [
    exchange(undefined, 'upstream_closed'),
    exchange(undefined, 'upstream_closed'),
  ])
  assert.deepEqual(
    [...spans.slice(1), ...again.slice(1), ...lost.slice(1)].map(({ attributes, failed }) => [
      attributes['http.request.resend_count'],
      attributes['error.type'],
      failed,
    ]),
    [
      [undefined, '401', true],
      [1, undefined, false],
      [undefined, undefined, false],
      [undefined, 'upstream_closed', true],
      [1, 'upstream_closed', true],
    ],
  )
})

test('each wait says what it was for', () => {
  const reasons = ['places', 'rate', 'max-in-flight', 'hold'] as const
  const [call, ...waits] = seen(
    {},
    reasons.map((reason) => ({ is: 'wait', for: reason, at: 11, until: 12 })),
  )
  assert.deepEqual(
    waits.map(({ name, kind, parentSpanId, attributes }) => [name, kind, parentSpanId, attributes]),
    [
      ['wait for a place', 'places'],
      ['wait for the rate of the caller', 'rate'],
      ['wait for max-in-flight of the caller', 'max-in-flight'],
      ['wait for the end of a pause', 'hold'],
    ].map(([name, reason]) => [name, 'internal', call?.spanId, { 'catapa_sidecar.waited_for': reason }]),
  )
})

test('a server without a port in its URL has that of its scheme, and an address of six no brackets', () => {
  const of = (url: string) => Object.values(serverOf(new URL(url)))
  assert.deepEqual(of('https://catapa.example'), ['catapa.example', 443])
  assert.deepEqual(of('http://catapa.example'), ['catapa.example', 80])
  assert.deepEqual(of('https://[::1]:8443'), ['::1', 8443])
})

test('a clock that was set back makes no span that ends before its start', () => {
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: undefined, name: 'x', failed: false }
  const from = { ...span, kind: kinds.client, at: 1_790_000_000_000.25, attributes: attributesJson({}) }
  const { spans } = readRequest(requestBody([{ ...from, until: 1_780_000_000_000 }], resourceJson({}), '0').toString())
  assert.deepEqual([spans[0]?.at, spans[0]?.until], [1_790_000_000_000.25, 1_790_000_000_000.25])
})

test('a body is ASCII whatever is in it, and as long as its spans make it', () => {
  const name = 'Gaji – "Médan" \u{1f4b0}'
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: undefined, name, failed: false }
  const attributes = attributesJson({ 'service.name': name })
  const one = { ...span, kind: kinds.client, at: 1_790_000_000_000, until: 1_790_000_000_001, attributes }
  const body = requestBody(Array(1000).fill(one), resourceJson({ [name]: name }), '0')
  assert.ok(body.length > 300_000 && body.every((byte) => byte < 128))
  const { spans } = readRequest(body.toString())
  assert.deepEqual([spans.length, spans[999]?.name, spans[999]?.attributes['service.name']], [1000, name, name])
  assert.equal(requestBody([one], resourceJson({}), '0').length < 1000, true, 'the next one has nothing of it')
})
