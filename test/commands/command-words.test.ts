// The tables of words of all commands, in Indonesian (design/promises 17).
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addressTakenWords } from '../../src/commands/address-taken-words.ts'
import { auditShowWords, entryWords } from '../../src/commands/audit/audit-show-words.ts'
import { auditVerifyWords } from '../../src/commands/audit/audit-verify-words.ts'
import { certificateWords } from '../../src/commands/certificate-words.ts'
import { commandFailureWords } from '../../src/commands/command-failure-words.ts'
import { commandLineWords } from '../../src/commands/command-line-words.ts'
import { demoWords } from '../../src/commands/demo-words.ts'
import { execWords } from '../../src/commands/exec/exec-words.ts'
import { keyWords } from '../../src/commands/key-words.ts'
import { endingPageWords } from '../../src/commands/login/ending-page-words.ts'
import { loginFailureWords } from '../../src/commands/login/login-failure-words.ts'
import { loginWords } from '../../src/commands/login/login-words.ts'
import { notifyTestWords } from '../../src/commands/notify-test-words.ts'
import { policyWords } from '../../src/commands/policy/policy-words.ts'
import { repeatsWords } from '../../src/commands/repeats-words.ts'
import { sandboxWords } from '../../src/commands/sandbox-words.ts'
import { inLanguage } from '../../src/words/language.ts'
import '../../src/commands/indonesian.ts'
import { assertNoEnglish } from '../support/no-english.ts'
import { root } from '../support/sidecar.ts'

const tables = {
  ...{ addressTakenWords, auditShowWords, auditVerifyWords, certificateWords, commandFailureWords, commandLineWords },
  ...{ demoWords, endingPageWords, entryWords, execWords, keyWords, loginFailureWords, loginWords },
  ...{ notifyTestWords, policyWords, repeatsWords, sandboxWords },
}

/** Facts of several kinds, for each parameter of a text. */
const facts: unknown[][] = [
  ['north', 'north', 'north', 'north', 'north'],
  [2, 2, 2, 2, 2],
  [1, undefined, undefined, 'known', 1],
  ['', false, '', 'unknown', ''],
  [true, 3, 4, { seq: 1, time: '2026' }, { seq: 2, time: '2026' }],
  [['a', 'b', 'c'], ['a', 'b'], ['a', 'b'], ['a', 'b'], []],
  [
    { url: 'u', redirectUri: 'r', listening: true, unattended: true, user: 'payroll', status: 's', file: 'f' },
    ['a', 'b'],
  ],
  [{ name: 'Siti', called: 'Siti (siti)' }, 'north', 'north', true],
  [[{ line: 1, problem: 'north' }], 'north', 'early'],
  ['log', 'maybe', 'over', ['a', 'b']],
]

/** All texts of a table, in the language of the moment. Facts that do not fit a text give none. */
function textsOf(table: unknown): string[] {
  if (typeof table === 'string') return [table]
  if (typeof table === 'function') {
    return facts.flatMap((some) => {
      try {
        return textsOf(Reflect.apply(table, undefined, some))
      } catch (error) {
        if (error instanceof TypeError) return []
        throw error
      }
    })
  }
  return typeof table === 'object' && table !== null ? Object.values(table).flatMap(textsOf) : []
}

for (const [name, table] of Object.entries(tables)) {
  test(`no text of ${name} is English in Indonesian, and each is another one`, () => {
    for (const key of Object.keys(table())) {
      const textOf = () => textsOf(Reflect.get(table(), key))
      const [english, indonesian] = [textOf(), inLanguage('id', textOf)]
      assert.ok(indonesian.length > 0, `no facts fit ${key}`)
      assert.equal(indonesian.length, english.length, key)
      assert.notDeepEqual(indonesian, english, key)
      for (const text of indonesian) assertNoEnglish(text, key)
    }
  })
}

test('each table of the commands has its Indonesian one, which is loaded with the others', () => {
  const list = readFileSync(join(root, 'src/commands/indonesian.ts'), 'utf8')
  const files = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
  const missing = files.filter((file) => file.endsWith('-words.ts') && !list.includes(file.replace(/ts$/, 'id.ts')))
  assert.deepEqual(missing, [])
})
