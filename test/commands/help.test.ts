// What `--help` says, in both languages (design/promises 17).
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { commands, isCommand } from '../../src/commands/commands.ts'
import { helpFor } from '../../src/commands/help.ts'
import { inLanguage } from '../../src/words/language.ts'
import '../../src/commands/indonesian.ts'
import { assertNoEnglish } from '../support/no-english.ts'
import { root, runCli } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Options, settings, statuses, members, files, commands: whatever is the same in any language. */
function codesIn(text: string): string[] {
  const codes = text.matchAll(
    /(?<!\w)--?[a-z][\w-]*|\b[A-Z][A-Z0-9]+(_[A-Z]+)*\b_?…?|"[\w*]+"|\b\d[\d.]*\b|\b[\w/]+\.(md|env|pem)\b/g,
  )
  return [...new Set([...codes].map(([code]) => code))].toSorted()
}

for (const name of [undefined, ...Object.keys(commands).filter(isCommand)]) {
  test(`the help ${name === undefined ? 'of all commands' : `of ${name}`} is Indonesian too, with the same options, settings and codes`, () => {
    const [english, indonesian] = [helpFor(name), inLanguage('id', () => helpFor(name))]
    assert.deepEqual(codesIn(indonesian), codesIn(english))
    assert.throws(() => assertNoEnglish(english))
    assertNoEnglish(indonesian)
    assert.ok(indonesian.split('\n').every((line) => line.length <= 130 || line.startsWith('catapa-sidecar ')))
  })
}

/** The files of the program that a command loaded. */
async function loadedBy(t: TestContext, args: string[], env: Record<string, string>): Promise<string> {
  const preload = join(temporaryFolder(t), 'preload.cjs')
  const list = `process.on('exit', () => fs.writeSync(2, 'loaded ' + Object.keys(require.cache).join(' ') + '\\n'))`
  writeFileSync(preload, `const fs = require('node:fs'); ${list}`)
  const command = runCli(t, args, { NODE_OPTIONS: `--require ${preload}`, ...env })
  await command.exit
  const paths = /^loaded (.*)$/m.exec(command.output())?.[1]?.split(' ') ?? []
  return paths
    .filter((path) => path.startsWith(join(root, 'dist')))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
}

test('the Indonesian words are loaded only where they are wanted', async (t) => {
  const source = 'src/commands/help-words.id.ts'
  assert.ok((await loadedBy(t, ['--help'], { LANG: 'id_ID.UTF-8' })).includes(source))
  const english = await loadedBy(t, ['--help'], { LANG: 'en_US.UTF-8' })
  assert.ok(english.includes('src/commands/help-words.ts') && !english.includes(source))
})

const wrong: [words: string[], said: string][] = [
  [['start', '--secret=4711'], 'catapa-sidecar start tidak memiliki opsi --secret; lihat catapa-sidecar start --help'],
  [['start', '--help=yes'], 'catapa-sidecar start menerima --help tanpa nilai; lihat catapa-sidecar start --help'],
  [
    ['start', '--config'],
    'catapa-sidecar start memerlukan nilai setelah --config, seperti --config=VALUE; lihat catapa-sidecar start --help',
  ],
  [
    ['wait', '--timeout', 'x'],
    'catapa-sidecar wait: --timeout harus berupa detik, dari 0 sampai 2000000, misalnya 2.5',
  ],
  [['key', '--', 'now'], 'catapa-sidecar key tidak menerima --; lihat catapa-sidecar key --help'],
  [
    ['exec', 'php'],
    'catapa-sidecar exec memerlukan perintah untuk dijalankan setelah --; lihat catapa-sidecar exec --help',
  ],
  [
    ['audit', 'frob'],
    'catapa-sidecar audit: menerima verify atau show, dan sebuah folder; lihat catapa-sidecar audit --help',
  ],
]

for (const [words, said] of wrong) {
  test(`${words.join(' ')} is explained in the language of the terminal`, async (t) => {
    const command = runCli(t, words, { LANG: 'id_ID.UTF-8' })
    assert.equal((await command.exit).code, 2)
    assert.equal(command.output(), `${said}\n`)
  })
}
