import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TrailEntry } from '../../../src/audit/reading/trail-entries.ts'
import { entryTable, outcomeWords } from '../../../src/commands/audit/entry-table.ts'
import { auditDay } from '../../support/audit-day.ts'
import { root } from '../../support/sidecar.ts'
import { aRead } from '../../support/trails.ts'

function entry(changes: Partial<TrailEntry> = {}, members: Record<string, unknown> = {}): TrailEntry {
  const all = {
    seq: 412,
    time: '2026-11-27T10:07:46.123Z',
    event: 'request',
    outcome: 'answered' as const,
    end: undefined,
  }
  return { ...all, members: aRead(members), ...changes }
}

const text = (entries: TrailEntry[]) => [...entryTable(entries)].join('')

test('a row tells when, who, how it ended, what kind of call, and which', () => {
  assert.equal(
    text([entry(), entry({ event: 'gap', outcome: undefined, members: { detail: { why: 'ENOSPC', refused: 3 } } })]),
    `line  time (UTC)           caller          outcome  size   effect  call
412   2026-11-27 10:07:46  payroll-export  200      512 B  read    GET /core/v1/employees/{id}
412   2026-11-27 10:07:46                                          gap: why ENOSPC, refused 3
`,
  )
})

test('a repeat names the line of the first one, and so does a release', () => {
  assert.match(text([entry({}, { repeatOf: 410 })]), / GET \/core\/v1\/employees\/\{id\} \(repeats 410\)\n$/)
  const release = entry({ event: 'release', outcome: undefined, members: { caller: 'erp', repeatOf: 410 } })
  assert.match(text([release]), / erp +release of line 410\n$/)
})

test('what has no lines of its own is told by its count', () => {
  const since = '2026-11-27T10:07:36.123Z'
  const row = (detail: object) =>
    text([entry({ event: 'flood', outcome: undefined, members: { caller: 'other', detail } })])
  assert.match(
    row({ of: 'request', count: 16_770, since }),
    / other +flood: 16,770 more refusals since 2026-11-27 10:07:36\n/,
  )
  assert.match(row({ of: 'token-refresh', count: 5, since }), /flood: 5 more requests for a token since/)
  assert.match(row({ of: 'log-level', count: 5, since, from: 'info', to: 'silent' }), /:36, from info to silent\n/)
})

test('the outcome in words says who refused it, and whether CATAPA may have acted', () => {
  const words = (outcome: TrailEntry['outcome'], members: Record<string, unknown>) =>
    outcomeWords(entry({ outcome }, members))
  assert.equal(words('unknown', {}), 'outcome unknown')
  assert.equal(words('refused', { profile: 'deny line 14' }), 'refused (deny line 14)')
  assert.equal(
    words('answered', { verdict: 'reported', profile: 'deny line 14' }),
    '200, would be refused (deny line 14)',
  )
  assert.equal(words('failed', { status: 503, reached: 'no' }), '503 by the sidecar')
  assert.equal(words('failed', { status: 504, reached: 'maybe' }), '504 by the sidecar, may have acted')
  assert.equal(words('failed', { status: undefined, reached: 'yes' }), 'caller left, CATAPA had answered')
})

test('thousands of entries come in parts, with one header and the columns of the first part', () => {
  const parts = [...entryTable(Array.from({ length: 1200 }, () => entry()))]
  assert.equal(parts.length, 3)
  const lines = parts.join('').split('\n').slice(0, -1)
  assert.equal(lines.length, 1201)
  assert.equal(new Set(lines.slice(1)).size, 1)
  assert.equal(text([]), '')
})

test('the size is that of what CATAPA sent, and a digest is shown by its beginning', () => {
  const refused = { origin: 'sidecar', responseBytes: 300 }
  const detail = { callersFile: 'ab'.repeat(32), file: 'ab'.repeat(31) }
  const table = text([
    entry({}, { responseBytes: 2_345_678 }),
    entry({ outcome: 'failed' }, refused),
    entry({ event: 'start', outcome: undefined, members: { detail } }),
  ])
  assert.match(table, / 200 +2\.3 MB +read/)
  assert.match(table, / 200 by the sidecar, CATAPA had answered +read/)
  assert.ok(table.includes(`start: callersFile abababababababab…, file ${'ab'.repeat(31)}\n`), table)
})

test('docs/audit.md shows what is printed of a day at the sandbox', async (t) => {
  const page = readFileSync(join(root, 'docs/audit.md'), 'utf8')
  assert.ok(page.includes(await auditDay(t)), 'npm run docs writes it anew')
})

test('nothing in a trail moves the cursor of a terminal', () => {
  const row = text([entry({}, { caller: 'a\x1b[31mb', operation: '/x\r\ny' })])
  assert.ok(row.includes('a?[31mb') && row.includes('/x??y'), row)
})
