import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callersSummary, lastSeen, mayDo, recognition } from '../../../src/admin/page/caller-words.ts'
import type { CallerRow, CallersStatus } from '../../../src/admin/status/callers-status.ts'

const row: CallerRow = {
  name: 'payroll-export',
  ways: ['key'],
  profiles: [],
  allowLines: 0,
  denyLines: 0,
  report: false,
  calls: 0,
  refusals: 0,
  wouldBeRefusals: 0,
  lastSeenAt: undefined,
  recognisedBy: undefined,
  keys: [],
}
const now = Date.parse('2026-11-27T12:00:00')
const at = (time: string) => new Date(`2026-11-27T${time}`).toISOString()

for (const [given, said] of [
  [{}, 'everything'],
  [{ profiles: ['full'] }, 'full'],
  [{ profiles: ['no-delete', 'no-approvals'] }, 'no-delete and no-approvals'],
  [{ allowLines: 1 }, 'only by 1 allow line'],
  [{ allowLines: 3, denyLines: 2 }, 'only by 3 allow lines and 2 deny lines'],
  [{ denyLines: 1 }, 'everything, with 1 deny line'],
  [
    { profiles: ['time-import'], allowLines: 1, denyLines: 1, report: true },
    'time-import, with 1 allow line and 1 deny line (reported only)',
  ],
] as const) {
  test(`what it may do is said: ${said}`, () => {
    assert.equal(mayDo({ ...row, ...given }), said)
  })
}

test('how a caller is recognised is said, with the last use of each key', () => {
  const keys = [
    { digest: '5e3f01ab', lastUsedAt: at('11:58:00') },
    { digest: '77aa22cc', lastUsedAt: undefined },
  ]
  assert.deepEqual(recognition({ ...row, ways: ['listener', 'key', 'certificate', 'user'], keys }, now), [
    'its own listener',
    'key 5e3f01ab, last used 11:58:00',
    'key 77aa22cc, not used yet',
    'its certificate',
    'its Linux user',
  ])
  assert.deepEqual(recognition({ ...row, name: 'other', ways: [] }, now), ['everyone else ([*])'])
})

test('when a caller was last seen is said, and how it was recognised then', () => {
  assert.equal(lastSeen(row, now), 'not yet')
  assert.equal(lastSeen({ ...row, lastSeenAt: at('11:58:00') }, now), '11:58:00')
  assert.equal(lastSeen({ ...row, lastSeenAt: at('11:58:00'), recognisedBy: 'user' }, now), '11:58:00, by its user')
})

const callers: CallersStatus = {
  file: '/etc/callers.ini',
  since: at('09:00:00'),
  problems: [],
  lines: [],
  problemsSince: undefined,
  unknownRefusals: 0,
  table: [row],
}

test('calls of nobody are told beside the table, only when there were some', () => {
  assert.equal(callersSummary(callers, now), 'From /etc/callers.ini, in use since 09:00:00; counts since the start.')
  assert.match(callersSummary({ ...callers, unknownRefusals: 1 }, now), / 1 call of unknown callers, .* refused\.$/)
})
