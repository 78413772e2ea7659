import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { ConfigError } from '../../src/settings/config-error.ts'
import { forALog } from '../../src/sidecar/for-a-log.ts'
import { language, speak } from '../../src/words/language.ts'

afterEach(() => speak('en'))

const mistaken = () => new ConfigError([{ name: 'A', problem: `in ${language()}` }])

test('settings are read in English, for the log, and the process stays so', async () => {
  speak('id')
  assert.equal(await forALog(async () => language()), 'en')
  assert.equal(language(), 'en')
})

test('mistakes are told in the language of before, which stays', async () => {
  speak('id')
  await assert.rejects(
    forALog(() => {
      throw mistaken()
    }),
    /A: in id$/,
  )
  assert.equal(language(), 'id')
})

test('mistakes that are mended between the two looks are told all the same, and a fault is not looked for again', async () => {
  speak('id')
  let looks = 0
  const look = (mistake: () => Error) => () => {
    looks += 1
    if (looks === 1) throw mistake()
  }
  await assert.rejects(forALog(look(mistaken)), /A: in en$/)
  assert.equal(looks, 2)
  looks = 0
  await assert.rejects(forALog(look(() => new Error('a fault'))), /a fault/)
  assert.deepEqual([looks, language()], [1, 'id'])
})

test('in English the settings are read once', async () => {
  let looks = 0
  const read = () => {
    looks += 1
    throw mistaken()
  }
  await assert.rejects(forALog(read), ConfigError)
  assert.equal(looks, 1)
})
