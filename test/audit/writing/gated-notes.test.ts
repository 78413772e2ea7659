// What anybody can cause without end must not fill a disk, and is counted.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AuditEntry } from '../../../src/audit/audit-line.ts'
import { gatedNotes } from '../../../src/audit/writing/gated-notes.ts'

function rig(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-11-27T08:00:00Z') })
  const written: AuditEntry[] = []
  const room = { is: true }
  const gated = gatedNotes({ note: (entry) => written.push(entry), hasRoom: () => room.is })
  return { written, room, ...gated, later: (ms: number) => t.mock.timers.tick(ms) }
}

const refusal: AuditEntry = { event: 'request', caller: 'other', verdict: 'refused', status: 403 }
const flood = (of: string, count: number, since: string, more = {}) => ({
  event: 'flood',
  detail: { of, count, since, ...more },
})
const counts = (entries: readonly AuditEntry[]) => entries.map(({ detail }) => detail?.count)
const withoutUndefined = (entries: readonly AuditEntry[]): unknown => JSON.parse(JSON.stringify(entries))

test('the first ten within ten seconds have a line each, the others one together; then it begins anew', (t) => {
  const { written, note, later } = rig(t)
  for (let i = 0; i < 9; i++) note(refusal)
  later(2000)
  for (let i = 0; i < 5000; i++) note(refusal)
  assert.deepEqual(written, Array(10).fill(refusal))
  later(8000)
  const told = { ...flood('request', 4999, '2026-11-27T08:00:02.000Z'), caller: 'other', verdict: 'refused' }
  assert.deepEqual(withoutUndefined(written.slice(10)), [told])
  note(refusal)
  assert.deepEqual(written[11], refusal)
  later(60_000)
  assert.equal(written.length, 12, 'nothing to tell of one that has its line')
})

test('each event and each nameless caller counts by itself; of a log level the first and the last state is told', (t) => {
  const { written, note, later } = rig(t)
  for (let i = 0; i < 12; i++) {
    note(refusal)
    note({ event: 'token-refresh' })
    note({ event: 'log-level', detail: { from: i % 2 ? 'info' : 'warn', to: i === 11 ? 'silent' : 'info' } })
  }
  assert.equal(written.length, 30)
  later(10_000)
  const since = '2026-11-27T08:00:00.000Z'
  assert.deepEqual(withoutUndefined(written.slice(30)), [
    { ...flood('request', 2, since), caller: 'other', verdict: 'refused' },
    flood('token-refresh', 2, since),
    flood('log-level', 2, since, { from: 'warn', to: 'silent' }),
  ])
})

test('where there is no room all are counted until there is, and at the end they are told in any case', (t) => {
  const { written, room, note, tell, later } = rig(t)
  room.is = false
  for (let i = 0; i < 30; i++) note(refusal)
  later(25_000)
  for (let i = 0; i < 30; i++) note(refusal)
  assert.deepEqual(written, [])
  room.is = true
  later(10_000)
  assert.deepEqual(counts(written), [60])
  room.is = false
  note(refusal)
  tell()
  later(60_000)
  assert.deepEqual(counts(written), [60, 1])
})
