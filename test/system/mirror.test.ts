// For a source file its test is found by its path.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending))
}

test('the test of src/a/b.ts is test/a/b.test.ts or, where several files do one thing, in the folder test/a', () => {
  const folders = new Set(filesBelow('test', '.test.ts').map((name) => dirname(name)))
  const sources = filesBelow('src', '.ts')
  assert.ok(sources.length > 150)
  const lost = sources.filter((name) => {
    const own = join(root, 'test', name.replace(/\.ts$/, '.test.ts'))
    return !existsSync(own) && (dirname(name) === '.' || !folders.has(dirname(name)))
  })
  assert.deepEqual(lost, [])
})

test('no two source files have the same name', () => {
  const names = filesBelow('src', '.ts').map((name) => name.split(sep).at(-1))
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
})

test('src has cli.ts and folders only', () => {
  const files = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isFile())
  assert.deepEqual(
    files.map(({ name }) => name),
    ['cli.ts'],
  )
})
