import assert from 'node:assert/strict'
import { test } from 'node:test'
import { meantPaths } from '../../../src/audit/reading/paths-below.ts'

test('a path means itself', () => {
  assert.deepEqual(meantPaths('/core/v1/employees/4711'), ['/core/v1/employees/4711'])
})

test('with /** at its end it also means what CATAPA has below it that needs no further id', () => {
  const paths = meantPaths('/core/v1/employees/4711/**')
  assert.equal(paths[0], '/core/v1/employees/4711')
  assert.ok(paths.includes('/core/v1/employees/4711/payslip'), paths.join('\n'))
  assert.ok(paths.length > 3)
  assert.ok(paths.every((path) => path.startsWith('/core/v1/employees/4711') && !path.includes('{')))
  assert.equal(new Set(paths).size, paths.length)
})

test('below a path that CATAPA has not there is nothing but itself', () => {
  assert.deepEqual(meantPaths('/unheard/of/4711/**'), ['/unheard/of/4711'])
})
