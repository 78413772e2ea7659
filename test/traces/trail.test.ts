// design/promises 16.1: the trace of a call in log, problem and audit trail.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyTrail } from '../../src/audit/reading/verify-trail.ts'
import { type AuditLine, wholeTrail } from '../support/audit-trail.ts'
import { guardSettings, jsonOf, sendWrite, startGuarded } from '../support/guarded.ts'
import { startCollector } from '../support/otlp.ts'
import { json, startUpstream, type TestSidecar } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTraced } from '../support/traced.ts'
import { sealed } from '../support/trails.ts'
import { eventually } from '../support/wire.ts'

const [read, write, refused, lost] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32))
const parent = (id = '', sampled = true) => `00-${id}-${'1'.repeat(16)}-0${sampled ? 1 : 0}`

/** A read, a write, a refusal and a write whose answer is lost; a traceparent for each where `traced`. @returns the two problems */
async function fourCalls(sidecar: TestSidecar, traced: boolean) {
  const header = (id: string | undefined) => (traced ? { traceparent: parent(id) } : {})
  const line = (id: string | undefined) => (traced ? [`traceparent: ${parent(id)}`] : [])
  await fetch(`${sidecar.url}/core/v1/employees`, { headers: header(read) })
  await sendWrite(sidecar, { headers: line(write) })
  const first = await json(
    fetch(`${sidecar.url}/core/v1/employees?tenant=other`, { headers: { tenant: 'other', ...header(refused) } }),
  )
  const second = jsonOf(await sendWrite(sidecar, { headers: line(lost), body: 'lost' }))
  await sidecar.stop()
  return [first, second]
}

const upstreamOf = (t: Parameters<typeof startUpstream>[0]) =>
  startUpstream(t, ({ body }, response) => {
    if (body.toString() === 'lost') response.destroy()
    else response.writeHead(200, { 'content-length': 2 }).end('{}')
  })

/** The lines of calls, an end behind its begin: it is written once it has shown whether its answer arrived. */
function callsOf(lines: readonly AuditLine[]): AuditLine[] {
  const calls = lines.filter(({ event }) => event === 'request' || event === 'begin' || event === 'end')
  return calls.sort((a, b) => Number(a.begin ?? a.seq) - Number(b.begin ?? b.seq))
}

test('a call that its caller traces has the same id in log, problem and each of its lines', async (t) => {
  const upstream = await upstreamOf(t)
  const collector = await startCollector(t)
  const folder = temporaryFolder(t)
  const both = { upstream: upstream.url, collector: collector.url }
  const sidecar = await startTraced(t, both, {}, guardSettings(folder))
  const problems = await fourCalls(sidecar, true)
  assert.deepEqual(
    problems.map(({ code, traceId }) => [code, traceId]),
    [
      ['policy_denied', refused],
      ['upstream_closed', lost],
    ],
  )
  const logged = sidecar.log.filter(({ msg }) => msg === 'request').map(({ traceId }) => traceId)
  assert.deepEqual(logged, [read, write, refused, lost])
  const lines = wholeTrail(join(folder, 'audit'))
  assert.deepEqual(
    callsOf(lines).map(({ v, event, traceId }) => [v, event, traceId]),
    [
      ...[[3, 'request', read] as const, [3, 'begin', write] as const, [3, 'end', write] as const],
      ...[[3, 'request', refused] as const, [3, 'begin', lost] as const, [3, 'end', lost] as const],
    ],
  )
  const others = lines.filter((line) => !callsOf(lines).includes(line))
  assert.deepEqual([...new Set(others.map(({ v, traceId }) => `${v} ${traceId}`))], ['1 undefined'])
  const found = verifyTrail(join(folder, 'audit'))
  assert.deepEqual([found.broken, found.last?.seq], [undefined, lines.length])
})

test('a trace that begins here is in the trail, and so is that of a caller where no traces are sent', async (t) => {
  const upstream = await upstreamOf(t)
  const collector = await startCollector(t)
  const [here, off] = [temporaryFolder(t), temporaryFolder(t)]
  const traced = await startTraced(t, { upstream: upstream.url, collector: collector.url }, {}, guardSettings(here))
  await fetch(`${traced.url}/core/v1/employees`)
  await eventually(() => collector.spans.some(({ kind }) => kind === 'server'), 'its span is there')
  await traced.stop()
  const span = collector.spans.find(({ kind }) => kind === 'server')
  assert.match(String(span?.traceId), /^[0-9a-f]{32}$/)
  assert.equal(callsOf(wholeTrail(join(here, 'audit')))[0]?.traceId, span?.traceId)
  const untraced = await startGuarded(t, upstream.url, {}, off)
  await fetch(`${untraced.url}/core/v1/employees`, { headers: { traceparent: parent(read, false) } })
  await untraced.stop()
  assert.equal(callsOf(wholeTrail(join(off, 'audit')))[0]?.traceId, read)
})

/** The members of the lines of calls before they could have a trace, in their order. */
const before = [
  ...['v', 'seq', 'time', 'event', 'begin', 'caller', 'how', 'method', 'operation', 'effect', 'profile', 'verdict'],
  ...['status', 'origin', 'reached', 'requestBytes', 'responseBytes', 'durationMs', 'requestId', 'tenant', 'subject'],
  ...['fingerprint', 'content', 'delivered', 'repeatOf', 'detail', 'prev'],
]

test('without tracing and without traceparent the lines of calls are what they were, byte for byte', async (t) => {
  const upstream = await upstreamOf(t)
  const folder = temporaryFolder(t)
  await fourCalls(await startGuarded(t, upstream.url, {}, folder), false)
  const lines = callsOf(wholeTrail(join(folder, 'audit')))
  assert.deepEqual(
    lines.map(({ v, event }) => [v, event].join(' ')),
    ['1 request', '2 begin', '2 end', '1 request', '2 begin', '2 end'],
  )
  for (const { file, hash, ...line } of lines) {
    const members = before.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]]]))
    assert.equal(sealed(Object.fromEntries(members)).slice(-66, -2), hash, JSON.stringify(line))
  }
})
