// design/promises 17: English is there at once, another language once it is loaded.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerWords } from '../../src/problems/phrases/answer-words.ts'
import {
  inLanguage,
  language,
  learn,
  loadLanguage,
  notLearnt,
  speak,
  teach,
  type Words,
  words,
} from '../../src/words/language.ts'

test('a table is English until its other one is there, and in the language that is spoken', () => {
  const greeting = words('greeting', { hello: (name: string) => `Hello, ${name}` })
  const hello = () => greeting().hello('Budi')
  assert.equal(inLanguage('id', hello), 'Hello, Budi')
  learn<typeof greeting>('greeting', { hello: (name) => `Halo, ${name}` })
  assert.equal(inLanguage('id', hello), 'Halo, Budi')
  assert.equal(hello(), 'Hello, Budi')
  speak('id')
  assert.equal(hello(), 'Halo, Budi')
  assert.equal(inLanguage('en', hello), 'Hello, Budi')
  speak('en')
})

test('a table that is loaded after its other one speaks it', () => {
  learn<Words<'late', { bye: string }>>('late', { bye: 'Sampai jumpa' })
  assert.equal(inLanguage('id', words('late', { bye: 'Goodbye' })).bye, 'Sampai jumpa')
})

test('a table whose other one lacks words stays English, and has none', () => {
  const half = words('half', { both: 'both', one: 'one' })
  learn<Words<'half', object>>('half', { both: 'keduanya' })
  assert.equal(inLanguage('id', half).both, 'both')
  assert.ok(notLearnt().includes('half'))
  learn<typeof half>('half', { both: 'keduanya', one: 'satu' })
  assert.equal(inLanguage('id', half).both, 'keduanya')
})

test('what fails while it is put into words leaves the language as it was', () => {
  assert.throws(() =>
    inLanguage('id', () => {
      throw new Error('no words')
    }),
  )
  assert.equal(language(), 'en')
})

test('another language is loaded when it is wanted', async () => {
  let loaded = 0
  teach(async () => {
    loaded += 1
    await import('../../src/commands/indonesian.ts')
  })
  await loadLanguage('en')
  assert.equal(loaded, 0)
  await loadLanguage('id')
  assert.equal(loaded, 1)
  assert.ok(!notLearnt().includes(answerWords.named))
})

test('every table of the program has its Indonesian one', async () => {
  const built = join(import.meta.dirname, '../../src')
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(built, name))
    .filter((path) => /\bwords\('/.test(readFileSync(path, 'utf8')))
  assert.ok(files.length > 60, String(files.length))
  const names = files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bwords\('(\w+)'/g)].map(([, name]) => name),
  )
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
    'each has a name of its own: by it the other is found',
  )
  for (const file of files) await import(file)
  await import('../../src/commands/indonesian.ts')
  await import('../../src/admin/page/indonesian-page.ts')
  assert.deepEqual(notLearnt(), [])
})
