import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownOperations } from '../../src/operations/catalogue.ts'
import { otherCase } from '../../src/operations/letter-case.ts'

test('a fixed word in other capitals is found, wherever it stands, with the word that was meant', () => {
  const meant: [path: string, word: string][] = [
    ['/Core/v1/employees', 'core'],
    ['/core/V1/employees', 'v1'],
    ['/core/v1/EMPLOYEES/4711/whatever/this/is', 'employees'],
    ['/core/v1/employees/4711/Payslip', 'payslip'],
    ['/core/v1/employee-variables/APERIODIC', 'aperiodic'],
    ['/core/v1/tax-reports/1721-VI', '1721-vi'],
    ['/core/v1/tax-calculations/externalid%3D1', 'externalId'],
    ['/core/v1/tax-calculations/EXTERNALID=1', 'externalId'],
    ['/anomalydetection/v1/anomaly-detection-types/medical_claim', 'MEDICAL_CLAIM'],
    ['/core/v1/*/Approvals', 'approvals'],
  ]
  for (const [path, word] of meant) assert.equal(otherCase(path), word, path)
})

test("CATAPA's own paths have no other case, and neither has an id that resembles a word of another place", () => {
  for (const { template } of knownOperations)
    for (const id of ['4711', 'ABC', '8F3C1D0A-5B1E']) {
      const path = template.replace(/\{\w+\}/g, id)
      assert.equal(otherCase(path), undefined, path)
    }
  for (const path of ['/', '/X', '/core/v1/monthly-recapitulation/ALL', '/core/v1/roles/Users', '/core/v2/EMPLOYEES'])
    assert.equal(otherCase(path), undefined, path)
})

test('no word with capitals stands where an id may: so a found operation without capitals needs no second look', () => {
  for (const { template } of knownOperations) {
    const [before, word] = /^(.*)\/([^/{]*[A-Z][^/{]*)(?=\/|$)/.exec(template)?.slice(1) ?? []
    if (word === undefined || before === undefined) continue
    assert.ok(!knownOperations.some((other) => other.template.startsWith(`${before}/{`)), template)
  }
})
