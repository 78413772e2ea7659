import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedWords, keysOfIds, knownOperations, operations } from '../../src/operations/catalogue.ts'
import { root } from '../support/sidecar.ts'

const documented = readFileSync(join(root, 'test/operations/operations.txt'), 'utf8').trim().split(/\r?\n/)
const name = ({ method, template }: { method: string; template: string }) => `${method} ${template}`
const named = (effect: string) => operations.filter((operation) => operation.effect === effect).map(name)

test('every operation of CATAPA has one entry, and every entry is an operation of CATAPA', () => {
  assert.equal(documented.length, 280)
  assert.deepEqual(operations.map(name).sort(), documented.toSorted())
  assert.deepEqual(knownOperations.slice(operations.length).map(name), ['GET /v1/oauth-clients/validate-access-token'])
})

test('what deletes for many people at once is told from what deletes one thing, and no DELETE is anything else', () => {
  assert.deepEqual(named('bulk-delete').sort(), [
    'DELETE /core/v1/employee-variable-metadata',
    'DELETE /core/v1/employee-variables',
    'DELETE /core/v1/employee-variables/aperiodic/all',
    'DELETE /core/v1/employees',
    'DELETE /core/v1/salary-item-add-on',
    'DELETE /core/v1/sub-locations',
  ])
  assert.equal(named('delete').length + named('bulk-delete').length, 16)
  for (const operation of operations)
    assert.equal(operation.method === 'DELETE', /delete/.test(operation.effect), name(operation))
})

test('only GET reads, but for a download and two calculations that are POST', () => {
  for (const operation of operations.filter(({ method }) => method === 'GET')) assert.equal(operation.effect, 'read')
  const harmless = operations.filter(({ method, effect }) => method !== 'GET' && /^(read|compute)$/.test(effect))
  assert.deepEqual(harmless.map((operation) => `${name(operation)} ${operation.effect}`).sort(), [
    'POST /core/v1/employees/{id}/payslip read',
    'POST /core/v1/tax-calculators compute',
    'POST /core/v1/tax-calculators/monthly compute',
  ])
})

test('decisions are what approves, rejects, undoes or cancels, and what may be one of these', () => {
  for (const operation of operations.filter(({ method }) => method === 'PUT')) {
    const decides = /\/approvals\/(approve|reject|undo|\{\w+\}|\{\w+\}\/cancel)$/.test(operation.template)
    assert.equal(operation.effect === 'decide', decides, name(operation))
  }
  assert.equal(named('decide').length, 8)
})

test('nothing of pay, bank, tax, insurance, identity numbers, families and administration counts as people or organisation', () => {
  const directory = operations.filter(({ domain }) => domain === 'people' || domain === 'organisation')
  const private_ =
    /salar|pay|income|severance|bank|tax|pph21|ptkp|kpp|bpjs|medical|identity|famil|user|role|oauth|workflow|custom-table|widget|chart|variable|calculation|hiring/i
  assert.ok(directory.length > 60)
  for (const operation of directory) assert.doesNotMatch(operation.template, private_)
  const bank = operations.filter(({ template }) => /\bbank/.test(template))
  for (const operation of bank) assert.equal(operation.domain, 'bank', name(operation))
  assert.equal(bank.length, 14)
})

test('payroll input is variables, add-ons and notes on payslips, not what variables there are', () => {
  const input = operations.filter(({ domain }) => domain === 'input')
  for (const operation of input)
    assert.match(operation.template, /\/(employee-variables|salary-item-add-on|payslip-additional-notes)(\/|$)/)
  assert.equal(input.filter(({ effect }) => effect === 'write').length, 8)
  for (const { template, domain } of operations)
    assert.equal(domain === 'time', template.startsWith('/timemanagement/'), template)
})

test('one operation takes an upload', () => {
  assert.deepEqual(operations.filter(({ multipart }) => multipart).map(name), ['POST /core/v1/companies'])
})

test('the words of the paths are known, and no id is one', () => {
  for (const word of ['core', 'v1', '1721-a1', 'MEDICAL_CLAIM', 'validate-access-token'])
    assert.ok(fixedWords.has(word))
  for (const word of fixedWords) assert.match(word, /^[A-Za-z0-9_-]+$/)
  assert.deepEqual([...keysOfIds].sort(), ['externalId', 'salaryItemCode'])
})
