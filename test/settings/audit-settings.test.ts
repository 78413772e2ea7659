// design/promises 9.1: the settings of the audit trail.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import { assertProblem, config } from '../support/settings.ts'

test('unless its folder is given nothing is recorded; then it is kept 400 days, and what changes something waits for it', () => {
  const read = config()
  assert.deepEqual(
    [read.auditDir, read.auditKeyFile, read.auditKeepDays, read.auditOnFailure],
    [undefined, undefined, 400, 'writes'],
  )
})

test('folder, key, days and what a failure does are read, and shown', () => {
  const read = config({
    SIDECAR_AUDIT_DIR: '/var/lib/catapa/audit/',
    SIDECAR_AUDIT_KEY_FILE: '/etc/catapa/audit.key',
    SIDECAR_AUDIT_KEEP_DAYS: '30',
    SIDECAR_AUDIT_ON_FAILURE: 'all',
  })
  const { auditDir, auditKeyFile, auditKeepDays, auditOnFailure } = read
  assert.deepEqual(
    [auditDir, auditKeyFile, auditKeepDays, auditOnFailure],
    ['/var/lib/catapa/audit', '/etc/catapa/audit.key', 30, 'all'],
  )
  const shown = new Map(shownSettings(read, read.credentials, 'info').map(({ name, value }) => [name, value]))
  assert.equal(shown.get('SIDECAR_AUDIT_DIR'), '/var/lib/catapa/audit')
  assert.equal(shown.get('SIDECAR_AUDIT_ON_FAILURE'), 'all')
})

test('paths have to be absolute, days whole and more than none, and what a failure does one of three words', () => {
  assertProblem({ SIDECAR_AUDIT_DIR: 'audit' }, 'SIDECAR_AUDIT_DIR', /absolute path of a folder/)
  assertProblem({ SIDECAR_AUDIT_KEEP_DAYS: '0' }, 'SIDECAR_AUDIT_KEEP_DAYS', /whole number from 1/)
  assertProblem({ SIDECAR_AUDIT_ON_FAILURE: 'reads' }, 'SIDECAR_AUDIT_ON_FAILURE', /one of writes, all, open/)
  const dir = { SIDECAR_AUDIT_DIR: '/var/lib/audit' }
  assertProblem({ ...dir, SIDECAR_AUDIT_KEY_FILE: 'key' }, 'SIDECAR_AUDIT_KEY_FILE', /absolute path of a file/)
})

test('a key without a trail is a mistake, and so is one that lies with the trail', () => {
  assertProblem(
    { SIDECAR_AUDIT_KEY_FILE: '/etc/key' },
    'SIDECAR_AUDIT_KEY_FILE',
    /does nothing without SIDECAR_AUDIT_DIR/,
  )
  const within = (dir: string, key: string) => ({ SIDECAR_AUDIT_DIR: dir, SIDECAR_AUDIT_KEY_FILE: key })
  for (const key of ['/a/audit/key', '/a/audit/deep/key', '/a/audit', '/a/x/../audit/key']) {
    assertProblem(within('/a/audit', key), 'SIDECAR_AUDIT_KEY_FILE', /outside SIDECAR_AUDIT_DIR/)
  }
  for (const key of ['/a/audit.key', '/a/key', '/b/audit/key', '/a/audit-key/..key', '/a/..audit/key']) {
    assert.equal(config(within('/a/audit', key)).auditKeyFile, key)
  }
})
