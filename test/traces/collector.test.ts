import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { outlet } from '../../src/network/outlet.ts'
import { batchSpans, mostSpans, sendSpans } from '../../src/traces/send-spans.ts'
import { freePort } from '../support/free-port.ts'
import { startCollector } from '../support/otlp.ts'
import { type Ending, listenOnFreePort, startUpstream } from '../support/sidecar.ts'
import { startTraced, traceSettings } from '../support/traced.ts'
import { eventually } from '../support/wire.ts'

const empty = Buffer.from('{"resourceSpans":[]}')

/** What sends spans; batches are empty requests. */
function sending(t: Ending, collector: string, env: Record<string, string> = {}, everyMs = 10) {
  const settings = traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...env })
  const log: string[] = []
  const note = (facts: object, text: string) => log.push(`${text} ${JSON.stringify(facts)}`)
  const way = { secureContext: createSecureContext(), proxy: undefined, connectTimeoutMs: settings.timeoutMs }
  const spans = sendSpans<{ size: number }>({
    settings,
    outlet: outlet(settings.endpoint, way),
    bodyOf: () => empty,
    log: { info: note, warn: note } as never,
    everyMs,
    firstRetryMs: 10,
  })
  t.after(() => spans.stop(0))
  return { ...spans, log }
}

const nothing = { sent: 0, rejected: 0, full: 0, refused: 0, failed: 0, unsent: 0 }

/** Answers as it is told, and takes whatever comes. */
async function answering(
  t: Ending,
  answers: (number | 'lost' | 'hangs')[],
  headers: Record<string, string> = {},
  body = '{}',
) {
  const seen: number[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = answers[seen.length] ?? 200
      seen.push(performance.now())
      if (answer === 'lost') request.socket.destroy()
      else if (answer !== 'hangs') response.writeHead(answer, headers).end(body)
    })
  })
  return { url: `http://127.0.0.1:${await listenOnFreePort(t, server)}`, seen }
}

test('after 429, 502, 503, 504 and a lost connection it is sent again, and told once', async (t) => {
  const { url, seen } = await answering(t, [429, 503, 'lost', 504])
  const { add, counts, log } = sending(t, url)
  add({ size: 3 })
  await eventually(() => counts().sent === 3, 'it is sent')
  assert.equal(seen.length, 5)
  assert.deepEqual(counts(), { ...nothing, sent: 3 })
  add({ size: 1 })
  await eventually(() => counts().sent === 4, 'the next is sent')
  assert.deepEqual(
    log.map((line) => line.replace(/ \{.*/, '')),
    ['traces do not arrive', 'traces arrive again'],
  )
})

test('it gives a batch up after five tries, and sends the next one', async (t) => {
  const { url } = await answering(t, [502, 502, 502, 502, 502])
  const { add, counts } = sending(t, url)
  add({ size: 3 })
  await eventually(() => counts().failed === 3, 'it is given up')
  add({ size: 2 })
  await eventually(() => counts().sent === 2, 'the next is sent')
})

test('Retry-After is heeded', async (t) => {
  const { url, seen } = await answering(t, [503], { 'retry-after': '1' })
  const { add, counts } = sending(t, url)
  add({ size: 1 })
  await eventually(() => counts().sent === 1, 'it is sent')
  assert.ok((seen[1] ?? 0) - (seen[0] ?? 0) >= 990)
})

test('a collector that wants to be left alone for an hour is asked again after a minute', async (t) => {
  const { url } = await answering(t, [429], { 'retry-after': '3600' })
  const { add, counts } = sending(t, url)
  const later = globalThis.setTimeout
  const waits: number[] = []
  const soon = (go: (given: unknown) => void, ms = 0, given?: unknown) => {
    waits.push(ms)
    return later(go, ms === 60_000 ? 0 : ms, given)
  }
  t.mock.method(globalThis, 'setTimeout', soon)
  add({ size: 1 })
  await eventually(() => counts().sent === 1 || waits.includes(3_600_000), 'it waits')
  assert.ok(waits.includes(60_000) && !waits.includes(3_600_000), waits.join())
})

test('room comes back as spans are sent, and a call with more of them than a batch has is sent whole', async (t) => {
  const { url } = await answering(t, [])
  const { add, counts } = sending(t, url)
  add({ size: mostSpans })
  await eventually(() => counts().sent === mostSpans, 'it is sent')
  add({ size: mostSpans })
  await eventually(() => counts().sent === 2 * mostSpans, 'it is sent, too')
  assert.deepEqual(counts(), { ...nothing, sent: 2 * mostSpans })
})

test('a full batch is sent at once, one that is not full waits for its time', async (t) => {
  const { url, seen } = await answering(t, [])
  const { add, counts } = sending(t, url, {}, 600_000)
  for (let spans = 1; spans < batchSpans; spans++) add({ size: 1 })
  await sleep(100)
  assert.equal(seen.length, 0)
  add({ size: 1 })
  await eventually(() => counts().sent === batchSpans, 'the batch is sent')
  add({ size: 1 })
  await sleep(100)
  assert.deepEqual(counts(), { ...nothing, sent: batchSpans })
  assert.equal(seen.length, 1)
})

test('another status, and a redirect, are the end of a batch', async (t) => {
  const elsewhere = await answering(t, [])
  const { url, seen } = await answering(t, [400, 307], { location: `${elsewhere.url}/v1/traces` })
  const { add, counts } = sending(t, url)
  add({ size: 1 })
  await eventually(() => counts().refused === 1, 'it is refused')
  add({ size: 4 })
  await eventually(() => counts().refused === 5, 'it is refused')
  assert.deepEqual([seen.length, elsewhere.seen.length], [2, 0])
})

test('of a batch that is taken in part the rest is counted', async (t) => {
  const { url } = await answering(t, [], {}, '{"partialSuccess":{"rejectedSpans":"2"}}')
  const { add, counts } = sending(t, url)
  add({ size: 5 })
  await eventually(() => counts().sent === 3, 'it is sent')
  assert.deepEqual(counts(), { ...nothing, sent: 3, rejected: 2 })
  add({ size: 1 })
  await eventually(() => counts().rejected === 3, 'no more are rejected than there were')
  assert.deepEqual(counts(), { ...nothing, sent: 3, rejected: 3 })
})

test('an answer without end costs the collector its connection, and nothing else', async (t) => {
  let written = 0
  const server = createServer((request, response) => {
    request.resume()
    const piece = Buffer.alloc(64 * 1024)
    const go = () => {
      while (!response.destroyed && written < 1e9 && response.write(piece)) written += piece.length
    }
    response.on('drain', go)
    response.on('error', () => {})
    go()
  })
  const url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  const { add, counts } = sending(t, url)
  add({ size: 1 })
  await eventually(() => counts().sent === 1, 'it counts as sent')
  assert.ok(written < 50e6, `${written} bytes`)
})

test('a collector that hangs delays no call, and spans for which there is no room are dropped and counted', async (t) => {
  const { url, seen } = await answering(t, ['hangs', 'hangs', 'hangs'])
  const upstream = await startUpstream(t)
  const { url: sidecar } = await startTraced(t, { upstream: upstream.url, collector: url })
  const { add, counts } = sending(t, url)
  for (let i = 0; i < mostSpans + 10; i++) add({ size: 1 })
  assert.deepEqual(counts(), { ...nothing, full: 10 })
  for (let i = 0; i < 20; i++) assert.equal((await fetch(`${sidecar}/core/v1/employees`)).status, 200)
  await eventually(() => seen.length === 2, 'both wait for it')
})

test('with no collector at all calls are served', async (t) => {
  const upstream = await startUpstream(t)
  const collector = `http://127.0.0.1:${await freePort()}`
  const { url, log } = await startTraced(t, { upstream: upstream.url, collector })
  assert.equal((await fetch(`${url}/core/v1/employees`)).status, 200)
  await eventually(() => log.some(({ msg }) => msg === 'traces do not arrive'), 'it is told')
})

test('at the end what is there is sent, within the rest of the grace period', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const slow = { traceEveryMs: 3_600_000 }
  const overrides = { shutdownGraceMs: 20_000 }
  const { url, stop } = await startTraced(t, { upstream: upstream.url, collector: collector.url }, {}, overrides, slow)
  await fetch(`${url}/core/v1/employees`).then((answer) => answer.text())
  await sleep(50)
  assert.equal(collector.spans.length, 0)
  await stop()
  assert.ok(collector.spans.some(({ kind }) => kind === 'server'))
})

test('at the end what a collector does not take at once is not sent again', async (t) => {
  const { url, seen } = await answering(t, Array(10).fill(503))
  const { add, counts, stop } = sending(t, url)
  add({ size: 2 })
  await stop(20_000)
  assert.deepEqual([seen.length, counts()], [1, { ...nothing, unsent: 2 }])
})

test('a clock that is set while it runs is that of the spans from then on', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const { url } = await startTraced(t, { upstream: upstream.url, collector: collector.url })
  const dayAhead = () => performance.timeOrigin + performance.now() + 86_400_000
  t.mock.method(Date, 'now', dayAhead)
  await fetch(`${url}/core/v1/employees`)
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'the span is there')
  const [span] = collector.spans.filter(({ kind }) => kind === 'server')
  assert.ok(Math.abs((span?.at ?? 0) - dayAhead()) < 3_600_000)
})

test('at the end one that hangs is waited for no longer than was said', async (t) => {
  const { url, seen } = await answering(t, ['hangs', 'hangs'])
  const { add, counts, stop } = sending(t, url)
  add({ size: 7 })
  await eventually(() => seen.length === 1, 'it is sent')
  const before = performance.now()
  await stop(200)
  assert.ok(performance.now() - before < 60_000)
  assert.deepEqual(counts(), { ...nothing, unsent: 7 })
})

test('with gzip, headers and a password in the address', async (t) => {
  const collector = await startCollector(t)
  const upstream = await startUpstream(t)
  const env = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url.replace('//', '//user:pass%2Fword-4711@')}/in?x=1`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-scope-orgid=one%20two,api-key=abc',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  }
  const { url } = await startTraced(t, { upstream: upstream.url, collector: collector.url }, env)
  await fetch(`${url}/core/v1/employees`)
  await eventually(() => collector.spans.length > 0, 'spans are there')
  const [head] = collector.heads
  assert.equal(head?.url, '/in?x=1')
  assert.equal(head?.headers['content-encoding'], 'gzip')
  assert.equal(head?.headers['x-scope-orgid'], 'one two')
  assert.equal(head?.headers.authorization, `Basic ${Buffer.from('user:pass/word-4711').toString('base64')}`)
})
