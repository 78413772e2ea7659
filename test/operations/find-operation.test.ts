import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { knownOperations, operations } from '../../src/operations/catalogue.ts'
import { findOperation } from '../../src/operations/find-operation.ts'

const found = (method: string, path: string) => {
  const operation = findOperation(method, path)
  return operation && `${operation.method} ${operation.template}`
}

test('every operation is found by its path, whatever its ids are', () => {
  for (const id of ['8f3c1d0a-5b1e-4c5e-9a67-0d2f3b4c5d6e', '4711', 'a%40b', 'x=y', 'Budi', 'APERIODIC']) {
    for (const operation of knownOperations) {
      const path = operation.template.replace(/\{\w+\}/g, id)
      assert.equal(findOperation(operation.method, path), operation, `${operation.method} ${path}`)
    }
  }
})

test('fixed words win over ids, but only where the method leads somewhere', () => {
  assert.equal(found('GET', '/core/v1/employee-variables/aperiodic'), 'GET /core/v1/employee-variables/aperiodic')
  assert.equal(found('PUT', '/core/v1/employee-variables/aperiodic'), 'PUT /core/v1/employee-variables/{id}')
  assert.equal(found('POST', '/core/v1/job-titles/create'), 'POST /core/v1/job-titles/create')
  const approvals = '/core/v1/bank-account-configurations/approvals'
  assert.equal(found('GET', approvals), 'GET /core/v1/bank-account-configurations/{id}')
  assert.equal(found('PUT', `${approvals}/undo`), `PUT ${approvals}/undo`)
  assert.equal(found('PUT', `${approvals}/undone`), `PUT ${approvals}/{id}`)
  const validate = '/v1/oauth-clients/validate-access-token'
  assert.equal(found('GET', validate), `GET ${validate}`)
})

test('HEAD is looked up as GET; OPTIONS and other methods are no operations', () => {
  assert.equal(found('HEAD', '/core/v1/employees'), 'GET /core/v1/employees')
  for (const method of ['OPTIONS', 'PATCH', 'delete', 'PURGE', ''])
    assert.equal(found(method, '/core/v1/employees'), undefined)
})

test('"=" and "%3D" are the same, in either letter case', () => {
  const template = '/core/v1/tax-calculations/externalId%3D{externalId}'
  for (const equals of ['=', '%3D', '%3d'])
    assert.equal(found('DELETE', `/core/v1/tax-calculations/externalId${equals}A-1`), `DELETE ${template}`)
  assert.equal(found('GET', '/core/v1/tax-calculations/externalId'), 'GET /core/v1/tax-calculations/{id}')
  assert.equal(found('GET', '/core/v1/tax-calculations/otherId%3D1'), 'GET /core/v1/tax-calculations/{id}')
  assert.equal(
    found('PUT', '/core/v1/salary-calculations/7/details/salaryItemCode=BASIC'),
    'PUT /core/v1/salary-calculations/{id}/details/salaryItemCode%3D{code}',
  )
})

test('what CATAPA does not have is nothing, and neither is an empty segment', () => {
  for (const path of [
    ...['', '/', 'core/v1/employees', '/core', '/core/v1', '/core/v1/employees/', '/core/v1//employees'],
    ...['/core/v1/Employees', '/core/v1/employee', '/core/v1/employees/1/x/y/z', '/constructor', '/core/v1/toString'],
    ...['/core/v1/tax-calculations/', '/v1/roles//permissions', `/${'a/'.repeat(30_000)}`],
  ])
    assert.equal(found('GET', path), undefined, path)
})

test('property: what is found has the path that was asked for', () => {
  const words = [...new Set(operations.flatMap(({ template }) => template.split('/')))].filter((word) => word !== '')
  const segment = fc.oneof(fc.constantFrom(...words), fc.webSegment(), fc.constant('externalId=1'))
  const path = fc.array(segment, { maxLength: 8 }).map((segments) => `/${segments.join('/')}`)
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
  const pattern = (template: string) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+').replace('%3D', '(%3D|%3d|=)')}$`)
  fc.assert(
    fc.property(method, path, (method, path) => {
      const all = knownOperations.filter((known) => known.method === method && pattern(known.template).test(path))
      const operation = findOperation(method, path)
      assert.equal(operation === undefined, all.length === 0)
      if (operation !== undefined) assert.ok(all.includes(operation))
    }),
    { seed: 4711, numRuns: 3000 },
  )
})
