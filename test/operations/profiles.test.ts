import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../../src/operations/catalogue.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { allows, type ProfileName, profileNames } from '../../src/operations/profiles.ts'

const asked = (operation: Operation) => ({ method: operation.method, path: operation.template, operation })
const allowed = (profile: ProfileName) => operations.filter((operation) => allows(profile, asked(operation)))
const refused = (profile: ProfileName) => operations.filter((operation) => !allows(profile, asked(operation)))
const name = ({ method, template }: Operation) => `${method} ${template}`
const reads = ({ effect }: Operation) => effect === 'read' || effect === 'compute'
const unknown = (profile: ProfileName, method: string, path = '/core/v1/new-thing') =>
  allows(profile, { method, path, operation: undefined })

test('full allows everything, known and unknown', () => {
  assert.deepEqual(refused('full'), [])
  for (const method of ['GET', 'DELETE', 'OPTIONS', 'PURGE']) assert.ok(unknown('full', method))
})

test('read-only allows what reads and computes, of the unknown GET and HEAD', () => {
  for (const operation of operations)
    assert.equal(allows('read-only', asked(operation)), reads(operation), name(operation))
  assert.ok(unknown('read-only', 'GET') && unknown('read-only', 'HEAD'))
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'SEARCH'])
    assert.ok(!unknown('read-only', method), method)
})

test('no-delete refuses the 16 that delete, many or one, and an unknown DELETE; no-bulk-delete the six only', () => {
  assert.deepEqual(new Set(refused('no-delete').map(({ effect }) => effect)), new Set(['delete', 'bulk-delete']))
  assert.equal(refused('no-delete').length, 16)
  assert.ok(!unknown('no-delete', 'DELETE'))
  assert.ok(unknown('no-delete', 'POST') && unknown('no-delete', 'OPTIONS'))
  assert.equal(refused('no-bulk-delete').length, 6)
  assert.ok(refused('no-bulk-delete').every(({ effect }) => effect === 'bulk-delete'))
  assert.ok(unknown('no-bulk-delete', 'DELETE'))
})

test('no-approvals refuses decisions and writes of bank accounts, and unknown paths that speak of them', () => {
  assert.deepEqual(refused('no-approvals').map(name).sort(), [
    'POST /core/v1/bank-account-configurations/approvals',
    'PUT /core/v1/bank-account-configurations/approvals/approve',
    'PUT /core/v1/bank-account-configurations/approvals/reject',
    'PUT /core/v1/bank-account-configurations/approvals/undo',
    'PUT /core/v1/bank-account-configurations/approvals/{id}',
    'PUT /core/v1/bank-account-configurations/approvals/{id}/cancel',
    'PUT /core/v1/employees/{employeeId}/bank-account-configurations',
    'PUT /core/v1/employees/{employeeId}/families/approvals/{approvalId}',
    'PUT /core/v1/families/approvals/approve',
    'PUT /core/v1/families/approvals/reject',
  ])
  for (const path of [
    ...['/core/v1/leaves/approvals', '/core/v1/leaves/approve', '/core/v1/leaves/reject/1', '/core/v1/x/Undo'],
    ...['/core/v1/bank-accounts', '/core/v1/bank-account-configurations/1/2'],
  ]) {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) assert.ok(!unknown('no-approvals', method, path), path)
    assert.ok(unknown('no-approvals', 'GET', path) && unknown('no-approvals', 'HEAD', path))
  }
  for (const path of ['/core/v1/rejects', '/core/v1/disapprove', '/core/v1/undone', '/core/v1/bankers'])
    assert.ok(unknown('no-approvals', 'PUT', path), path)
})

test('directory reads people and organisation, and nothing that nobody knows', () => {
  for (const operation of allowed('directory')) {
    assert.ok(reads(operation), name(operation))
    assert.ok(['people', 'organisation'].includes(operation.domain), name(operation))
  }
  assert.ok(allowed('directory').map(name).includes('GET /core/v1/employees'))
  assert.equal(allowed('directory').length, 40)
  for (const method of ['GET', 'HEAD', 'POST']) assert.ok(!unknown('directory', method))
})

test('time-import adds reads and writes of time to the directory, and no more', () => {
  const more = allowed('time-import').filter((operation) => !allows('directory', asked(operation)))
  assert.ok(more.every(({ domain, effect }) => domain === 'time' && /^(read|write)$/.test(effect)))
  assert.ok(more.map(name).includes('POST /timemanagement/v1/fingerprints'))
  assert.ok(allowed('directory').every((operation) => allows('time-import', asked(operation))))
  assert.ok(!unknown('time-import', 'GET', '/timemanagement/v1/new-thing'))
})

test('payroll-input adds eight writes to read-only, and deletes nothing', () => {
  const more = allowed('payroll-input').filter((operation) => !allows('read-only', asked(operation)))
  assert.deepEqual(more.map(name).sort(), [
    'POST /core/v1/employee-variables',
    'POST /core/v1/payslip-additional-notes',
    'PUT /core/v1/employee-variables',
    'PUT /core/v1/employee-variables/{id}',
    'PUT /core/v1/payslip-additional-notes/{id}',
    'PUT /core/v1/salary-item-add-on',
    'PUT /core/v1/salary-item-add-on/add',
    'PUT /core/v1/salary-item-add-on/subtract',
  ])
  assert.ok(unknown('payroll-input', 'GET') && !unknown('payroll-input', 'POST'))
})

test('a few profiles allow an unknown DELETE, and no narrow profile an unknown POST', () => {
  const names = (method: string) => profileNames.filter((profile) => unknown(profile, method))
  assert.deepEqual(names('DELETE'), ['full', 'no-bulk-delete', 'no-approvals'])
  assert.deepEqual(names('POST'), ['full', 'no-bulk-delete', 'no-delete', 'no-approvals'])
})
