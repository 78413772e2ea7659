// What becomes of requests while nothing can be written (design/promises 9.9).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { added, beyond, counting, gapOf, unavailable, whileFailing } from '../../../src/audit/writing/failure-rule.ts'

const failing = { since: Date.UTC(2026, 10, 27), why: 'ENOSPC', refused: 0, unrecorded: 0 }

test('writes: what needs a begin line is refused, reads go on; all: both are refused; open: neither', () => {
  const outcome = (['writes', 'all', 'open'] as const).map((rule) => [
    whileFailing(rule, true),
    whileFailing(rule, false),
  ])
  assert.deepEqual(outcome, [
    ['refused', 'unrecorded'],
    ['refused', 'refused'],
    ['unrecorded', 'unrecorded'],
  ])
})

test('a gap says why, since when, and how many requests were refused or went without a line', () => {
  const counted = counting(counting(counting(failing, 'refused'), 'refused'), 'unrecorded')
  assert.deepEqual(gapOf(counted), {
    event: 'gap',
    detail: { why: 'ENOSPC', since: '2026-11-27T00:00:00.000Z', refused: 2, unrecorded: 1 },
  })
  assert.equal(beyond(counted, counted), undefined)
  const later = counting(counted, 'refused')
  assert.deepEqual(beyond(later, counted), { ...failing, refused: 1, unrecorded: 0 })
  const unseen = counting(counted, 'unrecorded')
  assert.deepEqual(beyond(unseen, counted), { ...failing, refused: 0, unrecorded: 1 })
  assert.deepEqual(added({ ...failing, since: failing.since + 9, refused: 5 }, later), { ...later, refused: 8 })
})

test('who is refused learns that CATAPA was not reached, and no folder', () => {
  const problem = unavailable('/srv/audit', 'ENOSPC')
  assert.deepEqual([problem.code, problem.reached], ['audit_unavailable', 'no'])
  assert.doesNotMatch(problem.detail, /srv/)
  assert.match(problem.message, /The audit trail in \/srv\/audit cannot be written: the disk is full\. Make room/)
})
