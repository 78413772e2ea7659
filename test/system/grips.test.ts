// Each grip on private parts is marked in the source, and has its price and its test in docs/design/libraries.md.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

const sources = ['src', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mjs|cjs)$/.test(name))
    .map((name) => join(folder, name).replaceAll(sep, '/'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
)
const marks = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/^ *\/\/ grip: (.+)$/gm)].map(([, name = '']) => ({ name, path })),
)

const paper = readFileSync(join(root, 'docs/design/libraries.md'), 'utf8')
const [, table = ''] = /^## Grips on private parts$(.*?)^## /ms.exec(paper) ?? []
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2) // The names of the columns, and the line below them.
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([name = '', place = '', , , tried = '']) => ({ name, place, test: tried.replaceAll('`', '') }))

test('the marks in the sources and the rows of the table are the same grips, at the same places', () => {
  assert.ok(marks.length > 10)
  assert.deepEqual(marks.map(({ name }) => name).sort(), rows.map(({ name }) => name).sort())
  for (const { name, path } of marks) {
    const place = rows.find((row) => row.name === name)?.place ?? ''
    assert.ok(place.includes(path) || place.includes('the same file'), `${name}: ${path}`)
  }
})

test('the test of each grip is there', () => {
  assert.deepEqual(
    rows.filter(({ test }) => !/^test\/.+\.test\.ts$/.test(test) || !existsSync(join(root, test))),
    [],
  )
})

test('no source has an unmarked grip of the kinds that can be searched for', () => {
  const kinds = /Reflect\.get\(\w+, '_|\.symbols\b|setFlagsFromString\('|['"](?:\.\.\/)+node_modules\//
  const gripping = sources.filter(({ text }) => kinds.test(text)).map(({ path }) => path)
  assert.ok(gripping.length > 5)
  assert.deepEqual(
    gripping.filter((path) => !marks.some((mark) => mark.path === path)),
    [],
  )
})
