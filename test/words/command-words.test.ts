import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { commandWords } from '../../src/words/command-words.ts'

const words = (text: string) => {
  const found = commandWords(text)
  assert.ok('words' in found, JSON.stringify(found))
  return found.words
}

test('words are split as in a shell, and nothing is expanded', () => {
  const cases: Record<string, string[]> = {
    'op read op://Payroll/CATAPA/secret': ['op', 'read', 'op://Payroll/CATAPA/secret'],
    '  op\tread\n x ': ['op', 'read', 'x'],
    'op read "op://Pay roll/CATAPA/secret"': ['op', 'read', 'op://Pay roll/CATAPA/secret'],
    "a 'b \" c' d": ['a', 'b " c', 'd'],
    'a"b c"\'d e\'f': ['ab cd ef'],
    'a \'\' ""': ['a', '', ''],
    'C:\\Tools\\op.exe C:\\x\\': ['C:\\Tools\\op.exe', 'C:\\x\\'],
    '"C:\\Program Files\\op.exe" x': ['C:\\Program Files\\op.exe', 'x'],
    '"a\\"b\\\\c\\n"': ['a"b\\c\\n'],
    "'a\\'": ['a\\'],
    'a $HOME ~ *.txt `id` $(id) ; b | c > d & #e': [
      ...['a', '$HOME', '~', '*.txt', '`id`', '$(id)', ';', 'b', '|', 'c', '>', 'd', '&', '#e'],
    ],
  }
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(words(text), expected, text)
})

test('a JSON array of strings is taken as it is', () => {
  assert.deepEqual(words(' ["op", "read", "a b", "", "\\"c\\\\"]'), ['op', 'read', 'a b', '', '"c\\'])
})

test('any words at all can be written as JSON, and in single quotes those without one', () => {
  const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (list) => {
      if (list[0] === '') return
      assert.deepEqual(words(JSON.stringify(list)), list)
      if (list.some((one) => one.includes("'"))) return
      assert.deepEqual(words(list.map((one) => `'${one}'`).join(' ')), list)
    }),
  )
})

test('a mistake is told without the text, which may hold a secret', () => {
  const flaws: Record<string, RegExp> = {
    '"canary': /quotation mark/,
    "canary 'x": /quotation mark/,
    '"canary\\"': /quotation mark/,
    '["canary"': /not a JSON array of strings/,
    '["canary", 1]': /not a JSON array of strings/,
    '[canary]': /not a JSON array/,
    '[]': /names no program/,
    '["", "canary"]': /names no program/,
    '""': /names no program/,
    '["canary\\u0000"]': /NUL/,
  }
  for (const [text, wording] of Object.entries(flaws)) {
    const found = commandWords(text)
    assert.ok('flaw' in found, text)
    assert.match(found.flaw, wording)
    assert.doesNotMatch(found.flaw, /canary/)
  }
})
