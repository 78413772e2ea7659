// design/promises 12.6: what a start knows of the writes before it.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lineAfter } from '../../../src/audit/audit-chain.ts'
import { type AuditEntry, type ChainHead, noHead } from '../../../src/audit/audit-line.ts'
import { verifyTrail } from '../../../src/audit/reading/verify-trail.ts'
import { segmentName } from '../../../src/audit/segment-name.ts'
import { noWrites, openWrites, writesLike } from '../../../src/forwarding/repeats/known-writes.ts'
import { readBack } from '../../../src/forwarding/repeats/read-back.ts'
import { basic, testKey } from '../../support/callers.ts'
import { jsonOf, sendWrite, startGuardedCallers, statusOf } from '../../support/guarded.ts'
import { startUpstream, type TestSidecar } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const hour = 3_600_000
const now = Date.parse('2026-12-01T12:00:00.000Z')

/** A trail of these entries, a second after another, the last one a second before `now`. */
function trailOf(t: TestContext, entries: readonly AuditEntry[]): string {
  const folder = temporaryFolder(t)
  let head: ChainHead = noHead
  const from = now - entries.length * 1000
  const lines = entries.map((entry, index) => {
    const line = lineAfter(head, entry, from + index * 1000)
    head = line.head
    return line.text
  })
  writeFileSync(join(folder, segmentName(new Date(from).toISOString(), 1)), lines.join(''))
  return folder
}

const begin = (fingerprint: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...({ event: 'begin', caller: 'erp', method: 'POST', operation: '/core/v1/salary-item-add-on' } as const),
  ...({ effect: 'write', requestId: 'r-1', tenant: 'demo', fingerprint, ...more } as const),
})
const end = (seq: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...({ event: 'end', begin: seq, caller: 'erp', status: 201, origin: 'catapa', reached: 'yes' } as const),
  ...({ delivered: 'no', ...more } as const),
})

function known(t: TestContext, entries: readonly AuditEntry[], at = now) {
  const writes = noWrites(hour)
  readBack(trailOf(t, entries), writes, at)
  return writes
}

const ends: [what: string, end: Partial<AuditEntry>, stage: string | undefined][] = [
  ['an answer that arrived', { delivered: 'yes' }, undefined],
  ['an answer that did not arrive', {}, 'answered 201'],
  ['CATAPA refused the token', { status: 401 }, undefined],
  ['CATAPA was busy', { status: 503 }, undefined],
  ['a gateway before CATAPA gave up', { status: 504 }, 'unknown 504'],
  ['it did not reach CATAPA', { status: 502, origin: 'sidecar', reached: 'no' }, undefined],
  ['the connection was lost', { status: 502, origin: 'sidecar', reached: 'maybe' }, 'unknown undefined'],
  [
    'the caller left, and it was cut short',
    { status: undefined, origin: undefined, reached: 'maybe' },
    'unknown undefined',
  ],
  [
    'the answer broke off after its head',
    { status: 502, origin: 'sidecar', detail: { answered: 201 } },
    'answered 201',
  ],
  ['a refused token, and no other one', { status: 503, origin: 'sidecar', detail: { answered: 401 } }, undefined],
]

for (const [what, line, stage] of ends) {
  test(`an end line that says: ${what}`, (t) => {
    const [write, ...more] = writesLike(known(t, [begin('a'), end(1, line)]), 'a')
    assert.deepEqual(more, [])
    const found = write && `${write.stage.is} ${write.stage.is === 'under way' ? '' : write.stage.status}`
    assert.equal(found, stage)
  })
}

test('a begin without an end is of unknown outcome, with all that a person has to know of it', (t) => {
  const [write, ...more] = openWrites(known(t, [begin('a'), begin('b'), end(2, { delivered: 'yes' })]))
  assert.deepEqual(more, [])
  assert.deepEqual(write, {
    ...{ same: 'a', content: undefined, keyed: false, caller: 'erp', method: 'POST' },
    ...{ operation: '/core/v1/salary-item-add-on', requestId: 'r-1', beganAt: now - 3000, seq: 1 },
    stage: { is: 'unknown', status: undefined, at: now - 3000 },
    ...{ claimed: false, wake: undefined },
  })
})

test('what was released, or given to a repeat, is over', (t) => {
  const released = known(t, [begin('a'), { event: 'release', repeatOf: 1 }])
  assert.equal(released.bySame.size, 0)
  const lost = end(1, { status: 502, origin: 'sidecar', reached: 'maybe' })
  assert.equal(known(t, [begin('a'), lost, { event: 'release', repeatOf: 1 }]).bySame.size, 0)
  const given = [
    begin('a'),
    end(1, { delivered: 'no' }),
    end(2, { event: 'request', begin: undefined, repeatOf: 1, delivered: 'yes' }),
  ]
  assert.equal(known(t, given).bySame.size, 0)
  const lostAgain = given.with(2, end(2, { event: 'request', begin: undefined, repeatOf: 1, delivered: 'no' }))
  assert.equal(writesLike(known(t, lostAgain), 'a').length, 1)
})

test('writes of traced calls are known as others are, and calls that are traced only are not', (t) => {
  const traceId = 'e'.repeat(32)
  const unguarded = [begin('', { fingerprint: undefined, traceId }), end(1, { delivered: undefined, traceId })]
  const writes = known(t, [...unguarded, begin('a', { traceId }), begin('b', { traceId }), end(4, { traceId })])
  assert.deepEqual(
    openWrites(writes).map(({ same, seq, stage }) => [same, seq, stage.is]),
    [
      ['a', 3, 'unknown'],
      ['b', 4, 'answered'],
    ],
  )
  assert.equal(writes.bySame.size, 2)
  const lone = known(t, [begin('', { fingerprint: undefined, traceId }), begin('a', { traceId })])
  assert.deepEqual([...lone.bySame.keys()], ['a'])
  const repeat = end(1, { event: 'request', begin: undefined, repeatOf: 1, delivered: 'yes', traceId })
  assert.equal(known(t, [begin('a', { traceId }), end(1, { traceId }), repeat]).bySame.size, 0)
})

test('with a key also what arrived is known, and that its content was another one', (t) => {
  const writes = known(t, [begin('k', { content: 'c' }), end(1, { delivered: 'yes' })])
  const [write] = writesLike(writes, 'k')
  assert.deepEqual([write?.keyed, write?.content, write?.stage.is], [true, 'c', 'answered'])
  assert.deepEqual(openWrites(writes), [])
  const large = known(t, [begin('k', { content: '' }), end(1, { delivered: 'yes' })])
  assert.deepEqual([writesLike(large, 'k')[0]?.keyed, writesLike(large, 'k')[0]?.content], [true, undefined])
})

test('what ended before the window is not known; lines of other calls, and torn or foreign ones, are passed over', (t) => {
  const entries = [begin('a'), begin('b'), end(2, { delivered: 'no' }), { event: 'request' } as const]
  assert.equal(known(t, entries, now + hour - 4001).bySame.size, 2)
  assert.equal(known(t, entries, now + hour - 4000).bySame.size, 1)
  assert.equal(known(t, entries, now + hour - 2000).bySame.size, 0)
  const folder = trailOf(t, [begin('a')])
  const odd = ['{"v":2,"seq":2,"event":"begin"', '', '{"v"', '{"v":2,']
  writeFileSync(join(folder, segmentName(new Date(now).toISOString(), 2)), odd.join('\n'))
  const writes = noWrites(hour)
  readBack(folder, writes, now)
  assert.equal(writesLike(writes, 'a').length, 1)
})

test('after a restart the answer is gone, and what was done or may be done is not done again', async (t) => {
  const upstream = await startUpstream(t, ({ body }, response) => {
    if (body.toString() === 'lost') response.destroy()
    else response.writeHead(201, { 'content-length': 2 }).end('{}')
  })
  const folder = temporaryFolder(t)
  const { key, line } = testKey()
  const start = () => startGuardedCallers(t, upstream.url, `[erp]\n${line}\n`, {}, folder)
  const send = (to: TestSidecar, body: string, ...headers: string[]) =>
    sendWrite(to, { body, headers: [`Authorization: ${basic('erp', key)}`, ...headers] })
  const before = await start()
  assert.equal(statusOf(await send(before, 'lost', `traceparent: 00-${'e'.repeat(32)}-${'1'.repeat(16)}-01`)), 502)
  assert.equal(statusOf(await send(before, 'fine')), 201)
  assert.equal(statusOf(await send(before, 'keyed', 'Idempotency-Key: "a"')), 201)
  await before.stop()
  const after = await start()
  const told = after.log.find(({ msg }) => msg === 'guarded writes of the window are read back')
  assert.deepEqual([told?.lines, told?.unknown], [6, 1])
  assert.equal(Object(jsonOf(await send(after, 'lost')).first).outcome, 'unknown')
  assert.equal(statusOf(await send(after, 'fine')), 201)
  const keyed = await send(after, 'keyed', 'Idempotency-Key: "a"')
  assert.deepEqual([Object(jsonOf(keyed).first).outcome, Object(jsonOf(keyed).first).status], ['done', 201])
  assert.equal(upstream.received.length, 4)
  await after.stop()
  assert.equal(verifyTrail(join(folder, 'audit')).broken, undefined)
})

test('a million lines of a day are read back in seconds, and leave nothing behind', async (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(folder, { recursive: true })
  const lines = process.env.CI === undefined ? 100_000 : 1_000_000
  let head = noHead
  const perFile = 150_000
  for (let first = 0; first < lines; first += perFile) {
    const texts: string[] = []
    const from = now - (lines - first) * 80
    const name = segmentName(new Date(from).toISOString(), first + 1)
    for (let index = first; index < Math.min(lines, first + perFile); index++) {
      const at = now - (lines - index) * 80
      const line = lineAfter(head, index % 2 === 0 ? begin('ab'.repeat(32)) : end(index, { delivered: 'yes' }), at)
      head = line.head
      texts.push(line.text)
    }
    writeFileSync(join(folder, name), texts.join(''))
  }
  const writes = noWrites(24 * hour)
  const began = performance.now()
  assert.equal(readBack(folder, writes, now), lines)
  const ms = performance.now() - began
  assert.equal(writes.bySame.size, 0)
  t.diagnostic(`${lines} lines in ${Math.round(ms)} ms`)
})
