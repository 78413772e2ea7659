import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceParent } from '../../src/log/call-trace.ts'
import { sampler } from '../../src/traces/sampler.ts'
import { newId } from '../../src/traces/span-ids.ts'
import { startCollector } from '../support/otlp.ts'
import { json, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { startTraced } from '../support/traced.ts'
import { eventually } from '../support/wire.ts'

const id = 'a'.repeat(32)
const parent = (sampled: boolean) => ({ id, span: 'b'.repeat(16), sampled })

test('each sampler decides as OpenTelemetry says', () => {
  const decided = (name: Parameters<typeof sampler>[0]['sampler'], ratio = 1) =>
    [undefined, parent(true), parent(false)].map((from) => sampler({ sampler: name, ratio })(id, from))
  assert.deepEqual(decided('always_on'), [true, true, true])
  assert.deepEqual(decided('always_off'), [false, false, false])
  assert.deepEqual(decided('parentbased_always_on'), [true, true, false])
  assert.deepEqual(decided('parentbased_always_off'), [false, true, false])
  assert.deepEqual(decided('traceidratio', 0), [false, false, false])
  assert.deepEqual(decided('parentbased_traceidratio', 0), [false, true, false])
})

test('a ratio decides by the id alone, and takes its share', () => {
  const [tenth, half] = [0.1, 0.5].map((ratio) => sampler({ sampler: 'traceidratio', ratio }))
  const ids = Array.from({ length: 20_000 }, () => newId(16))
  const taken = ids.filter((one) => tenth?.(one, undefined))
  assert.ok(taken.length > 1_700 && taken.length < 2_300, `${taken.length}`)
  assert.ok(
    taken.every((one) => half?.(one, undefined)),
    'what a small share takes, a larger one does',
  )
})

test('a ratio looks at the digits that W3C Trace Context calls random, and at no others', () => {
  const half = sampler({ sampler: 'traceidratio', ratio: 0.5 })
  const [low, high] = ['0'.repeat(18), 'f'.repeat(18)]
  const taken = (id: string) => half(id, undefined)
  assert.deepEqual([`${low}8${'0'.repeat(13)}`, `${high}7${'f'.repeat(13)}`].map(taken), [true, false])
})

test('a traceparent is read as W3C Trace Context says', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
  assert.deepEqual(traceParent(`00-${trace}-${span}-01`), { id: trace, span, sampled: true })
  assert.deepEqual(traceParent(`00-${trace}-${span}-02`), { id: trace, span, sampled: false })
  assert.deepEqual(traceParent(`cc-${trace}-${span}-01-what-comes`), { id: trace, span, sampled: true })
  for (const wrong of [
    ...[`00-${trace}-${span}-01-more`, `ff-${trace}-${span}-01`, `00-${trace.toUpperCase()}-${span}-01`],
    ...[`00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`, `00-${trace}-${span}`],
    ...['', `00-${trace}-${span}-01, 00-${trace}-${span}-01`, [`00-${trace}-${span}-01`], undefined],
  ])
    assert.equal(traceParent(wrong), undefined, String(wrong))
})

const given = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00`

test('the trace of a caller goes on to CATAPA byte for byte, and none is added', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const { url } = await startTraced(t, { upstream: upstream.url, collector: collector.url })
  await fetch(`${url}/core/v1/employees`, { headers: { traceparent: given, tracestate: 'vendor=4711-canary' } })
  await fetch(`${url}/core/v1/employees`)
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'the second is traced')
  const [first, second] = upstream.received
  assert.equal(first?.headers.traceparent, given)
  assert.equal(first?.headers.tracestate, 'vendor=4711-canary')
  assert.equal(second?.headers.traceparent, undefined)
  assert.equal(
    collector.spans.filter(({ kind }) => kind === 'server').length,
    1,
    'its caller has not sampled the first',
  )
  assert.ok(!collector.bodies.join().includes('canary'))
})

test('log line and problem have the trace of a call that is sampled, or that its caller sent', async (t) => {
  const upstream = await startUpstream(t)
  const off = await startTestSidecar(t, upstream.url, { profile: ['read-only'] })
  const refused = (headers: Record<string, string>, { url } = off) =>
    json(fetch(`${url}/core/v1/employees`, { method: 'DELETE', headers }))
  assert.equal((await refused({ traceparent: given })).traceId, 'c'.repeat(32), 'also where no traces are sent')
  assert.equal((await refused({})).traceId, undefined)
  const collector = await startCollector(t)
  const both = { upstream: upstream.url, collector: collector.url }
  const on = await startTraced(t, both, {}, { profile: ['read-only'] })
  const { traceId } = await refused({}, on)
  assert.match(traceId, /^[0-9a-f]{32}$/)
  await eventually(() => on.log.some((line) => line.traceId === traceId), 'the line has it, too')
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'the span is there')
  const span = collector.spans.find(({ kind }) => kind === 'server')
  assert.equal(span?.traceId, traceId)
  assert.equal(span?.attributes['error.type'], 'policy_denied')
  assert.equal(span?.failed, false, 'a fault of the caller is no error of the server')
})

test('a method that is none, which its caller made up, is not in its span', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const { url } = await startTraced(t, { upstream: upstream.url, collector: collector.url })
  await fetch(`${url}/core/v1/employees`, { method: 'PROPFIND' })
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'the span is there')
  const span = collector.spans.find(({ kind }) => kind === 'server')
  assert.deepEqual([span?.name, span?.attributes['http.request.method']], ['HTTP {unknown}', '_OTHER'])
})

test('with always_off nothing is sent, token requests neither', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const both = { upstream: upstream.url, collector: collector.url }
  const { url, stop } = await startTraced(t, both, { OTEL_TRACES_SAMPLER: 'always_off' }, { shutdownGraceMs: 20_000 })
  await fetch(`${url}/core/v1/employees`).then((answer) => answer.text())
  await stop()
  assert.equal(upstream.tokenRequests, 1)
  assert.deepEqual(collector.bodies, [])
})

test('without propagators each call begins a trace', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const both = { upstream: upstream.url, collector: collector.url }
  const { url } = await startTraced(t, both, { OTEL_PROPAGATORS: 'none' })
  await fetch(`${url}/core/v1/employees`, { headers: { traceparent: given } })
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'the span is there')
  const span = collector.spans.find(({ kind }) => kind === 'server')
  assert.notEqual(span?.traceId, 'c'.repeat(32))
  assert.equal(span?.parentSpanId, undefined)
})

test('no canary of a call is in its spans, and the same search finds what is there', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t, (_request, response) =>
    response.writeHead(500, { 'x-canary': 'canary-answer-header' }).end('canary-answer-body'),
  )
  const { url } = await startTraced(t, { upstream: upstream.url, collector: collector.url })
  const headers = {
    ...{ 'user-agent': 'canary-agent/1', 'x-request-id': 'canary-request-id', cookie: 'canary=cookie' },
    ...{ baggage: 'canary=baggage', tracestate: 'canary=state', 'x-forwarded-for': '203.0.113.77' },
  }
  for (const path of [
    '/core/v1/employees/canary-id/employment-data?name=canary-query',
    '/canary/path?canary-query',
    '/core/v1/employees/externalId%3Dcanary-key/payslip',
  ]) {
    await fetch(url + path, { method: 'POST', headers, body: 'canary-body' })
  }
  await fetch(`${url}/core/v1/canary`, { method: 'CANARY', headers }).catch(() => {})
  await eventually(() => collector.spans.filter(({ kind }) => kind === 'server').length >= 3, 'spans are there')
  const all = collector.bodies.join('\n')
  assert.doesNotMatch(all, /canary|203\.0\.113\.77/i)
  assert.match(all, /\{unknown\}/)
  const failed = collector.spans.find(({ kind, attributes }) => kind === 'server' && attributes['error.type'] === '500')
  assert.equal(failed?.failed, true)
})
