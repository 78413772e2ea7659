import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditFacts } from '../../../src/admin/page/audit-words.ts'
import type { AuditStatus } from '../../../src/admin/status/audit-status.ts'

const audit: AuditStatus = {
  folder: '/var/lib/catapa-sidecar/audit',
  onFailure: 'writes',
  head: { seq: 12_345, hash: '5e3f01ab77aa22cc'.padEnd(64, '0') },
  lines: 45,
  unrecorded: 0,
  failing: undefined,
  replaced: undefined,
}
test('a trail is said to be on, with its number of lines and the beginning of its head', () => {
  assert.deepEqual(auditFacts({ audit }), [{ label: 'Audit', value: 'on, 12,345 lines, head 5e3f01ab77aa22cc…' }])
  assert.deepEqual(auditFacts({ audit: undefined }), [])
})

test('calls without a line are said as long as the sidecar runs', () => {
  const [fact] = auditFacts({ audit: { ...audit, unrecorded: 1 } })
  assert.match(fact?.value ?? '', /; 1 call without a line since the start$/)
})
