import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditStates } from '../../../../src/admin/page/states/audit-states.ts'
import type { AuditStatus } from '../../../../src/admin/status/audit-status.ts'

const now = Date.parse('2026-11-27T12:00:00')
const audit: AuditStatus = {
  folder: '/var/lib/catapa-sidecar/audit',
  onFailure: 'writes',
  head: { seq: 12_345, hash: '5e3f01ab77aa22cc'.padEnd(64, '0') },
  lines: 45,
  unrecorded: 0,
  failing: undefined,
  replaced: undefined,
}
const failing: AuditStatus['failing'] = {
  since: new Date('2026-11-27T11:58:00').toISOString(),
  why: 'ENOSPC',
  happened: 'The audit trail cannot be written: the disk is full',
  remedy: 'Make room on that disk.',
  refused: 1234,
  unrecorded: 5,
}

test('without a trail, or with one that is written, there is nothing to say', () => {
  assert.deepEqual(auditStates({ audit }, now), [])
  assert.deepEqual(auditStates({ audit: undefined }, now), [])
})

test('a trail that cannot be written is a state: since when, why, what is refused, how much, and what to do', () => {
  const [state, ...more] = auditStates({ audit: { ...audit, failing } }, now)
  assert.deepEqual(more, [])
  assert.deepEqual(state, {
    name: 'audit_stopped',
    condition: 'warning',
    title: 'The audit trail cannot be written',
    verdict: 'Only reading works: the audit trail cannot be written',
    sentence:
      'The audit trail cannot be written: the disk is full, since 11:58:00. Calls that may change something are refused meanwhile; reading goes on without a line.',
    lines: ['Refused so far: 1,234. Without a line so far: 5.'],
    remedy: 'Make room on that disk.',
    since: failing?.since,
  })
  for (const [onFailure, words] of [
    ['all', /Everything is refused meanwhile\.$/],
    ['open', /Everything goes on without a line\.$/],
  ] as const) {
    assert.match(auditStates({ audit: { ...audit, onFailure, failing } }, now)[0]?.sentence ?? '', words)
  }
})

test('a file that somebody had a hand in is a state of its own, beside the other', () => {
  const replaced: AuditStatus['replaced'] = {
    times: 2,
    at: new Date('2026-11-27T11:59:00').toISOString(),
    file: 'audit-20261127T000003Z-000000000412.jsonl',
    lost: 2,
    happened: 'Somebody has replaced it; 2 lines of it are lost',
    remedy: 'Find out who.',
  }
  const [, state] = auditStates({ audit: { ...audit, failing, replaced } }, now)
  assert.deepEqual(state, {
    name: 'audit_replaced',
    condition: 'warning',
    title: 'Another program has changed the audit trail',
    sentence:
      'Somebody has replaced it; 2 lines of it are lost. That was noticed at 11:59:00. It has happened 2 times since the start. This stays so until the sidecar is started again.',
    remedy: 'Find out who.',
    since: replaced?.at,
  })
})
