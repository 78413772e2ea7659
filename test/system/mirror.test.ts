// For a source file its test is found by its path.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

/** Nothing in it runs. */
const onlyTypes = [join('tokens', 'token-source.ts'), join('certificates', 'certificate-files.ts')]

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending))
}

test('the test of src/a/b.ts is test/a/b.test.ts or, where several files do one thing, in the folder test/a', () => {
  const folders = new Set(filesBelow('test', '.test.ts').map((name) => dirname(name)))
  const sources = filesBelow('src', '.ts')
  assert.ok(sources.length > 150)
  const lost = sources.filter((name) => {
    const own = join(root, 'test', name.replace(/\.ts$/, '.test.ts'))
    return !existsSync(own) && (dirname(name) === '.' || !folders.has(dirname(name))) && !onlyTypes.includes(name)
  })
  assert.deepEqual(lost, [])
})

/** A step of `doctor` is named as it is printed, whatever else has that name. */
const named = filesBelow('src', '.ts').filter((name) => !name.split(sep).join('/').startsWith('doctor/steps/'))

test('no two source files have the same name, nor the same words in another order', () => {
  const names = named.map((name) => name.split(sep).at(-1)?.replace('.ts', '').split('-').sort().join('-'))
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
})

test('no two exported types have the same name', () => {
  const types = filesBelow('src', '.ts').flatMap((name) =>
    [...readFileSync(join(root, 'src', name), 'utf8').matchAll(/^export (?:type|class) (\w+)/gm)].map(
      ([, type]) => type,
    ),
  )
  assert.deepEqual(
    types.filter((type, index) => types.indexOf(type) !== index),
    [],
  )
})

test('src has cli.ts, time.ts and folders only', () => {
  const files = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isFile())
  assert.deepEqual(
    files.map(({ name }) => name),
    ['cli.ts', 'time.ts'],
  )
})

test('the files and folders that CONTRIBUTING names exist', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const all = ['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    filesBelow(folder, '').map((name) => `${folder}/${name.split(sep).join('/')}`),
  )
  const named = [...text.matchAll(/`([\w/.-]+\.(?:ts|mjs)|(?:src|test)\/[\w/-]+)`/g)].map(([, name = '']) => name)
  assert.ok(named.length > 50)
  assert.deepEqual(
    named.filter(
      (name) =>
        !/^(src|test)\/a\b/.test(name) &&
        !all.some((path) => path === name.replace(/\/$/, '') || path.endsWith(`/${name}`)),
    ),
    [],
  )
})
