import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { pathTemplate, queryNames } from '../../src/operations/path-template.ts'
import { root } from '../support/sidecar.ts'

const listed = readFileSync(join(root, 'test/operations/operations.txt'), 'utf8').trim().split(/\r?\n/)
const paths = [...new Set(listed.map((line) => line.split(' ')[1] ?? ''))]

test('every operation of CATAPA keeps its fixed segments and loses its ids', () => {
  assert.ok(paths.length > 200)
  for (const path of paths) {
    const called = path.replace(/\{\w+\}/g, '8f3c1d0a-5b1e-4c5e-9a67-0d2f3b4c5d6e')
    assert.equal(pathTemplate(called), path.replace(/\{\w+\}/g, '{id}'))
  }
})

test('what is not of the API is an id, and long paths end', () => {
  assert.equal(pathTemplate('/'), '/')
  assert.equal(pathTemplate('//core//'), '//core//')
  assert.equal(pathTemplate('/core/v1/employees/Budi Santoso'), '/core/v1/employees/{id}')
  assert.equal(pathTemplate('/core/v1/employees;budi/x'), '/core/v1/{id}/{id}')
  assert.equal(pathTemplate('/core/v1/externalId%3Dbudi'), '/core/v1/externalId%3D{id}')
  assert.equal(pathTemplate('/constructor/__proto__'), '/{id}/{id}')
  assert.equal(pathTemplate(`/${'a/'.repeat(30_000)}`), `${'/{id}'.repeat(12)}/…`)
})

test('of a query only plain names are shown, and only those that have a value', () => {
  assert.equal(queryNames(undefined), undefined)
  assert.equal(queryNames(''), undefined)
  assert.deepEqual(queryNames('page=0&size=50&size=1&query=name:budi;id=4'), ['page', 'size', 'query'])
  for (const odd of [
    'budi',
    'budi.santoso@x.example',
    '3174012345678901',
    '=budi',
    'YnVkaQ==',
    'YnVkaXM=',
    'budi%20s=1',
  ])
    assert.deepEqual(queryNames(odd), ['…'], odd)
  assert.deepEqual(queryNames(`3174012345678901=x&a.b=c&${'x'.repeat(33)}=1&page=1`), ['…', 'page'])
  const many = Array.from({ length: 100 }, (_, i) => `n${'x'.repeat(i % 30)}${'y'.repeat(i / 30)}=1`).join('&')
  assert.equal(queryNames(many)?.length, 20)
})

test('property: of no path and no query anything is shown but words of the API and names of parameters', () => {
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
      const words = new Set(paths.flatMap((known) => known.split('/')))
      for (const segment of pathTemplate(`/${path}`).split('/'))
        assert.ok(
          segment === '{id}' || segment === '…' || segment === '' || words.has(segment) || /%3D\{id\}$/.test(segment),
        )
      for (const shown of queryNames(query) ?? []) assert.match(shown, /^([A-Za-z][A-Za-z_-]*|…)$/)
    }),
    { seed: 4711, numRuns: 500 },
  )
})
