// design/promises 17.2: the mistakes of settings and of the files that they name, in the language of the person at the terminal.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { auditFolderWords } from '../../src/audit/audit-folder-words.ts'
import { keyFileWords } from '../../src/audit/key-file-words.ts'
import { callerRuleWords } from '../../src/callers/file/caller-rule-words.ts'
import { callersFileWords } from '../../src/callers/file/callers-file-words.ts'
import { certificateLineWords } from '../../src/callers/file/certificate-line-words.ts'
import { openFileWords } from '../../src/callers/file/open-file-words.ts'
import { ruleLineWords } from '../../src/callers/judge/rule-line-words.ts'
import { accessWords } from '../../src/files/access-words.ts'
import { logFileWords } from '../../src/log/log-file-words.ts'
import { listenErrorWords } from '../../src/network/listen-error-words.ts'
import { addressWords } from '../../src/settings/address-words.ts'
import { configFileWords } from '../../src/settings/config-file-words.ts'
import { crossCheckWords } from '../../src/settings/cross-check-words.ts'
import { expectedWords } from '../../src/settings/expected-words.ts'
import { receiverWords } from '../../src/settings/receiver-words.ts'
import { secretWords } from '../../src/settings/secret-words.ts'
import { settingWords } from '../../src/settings/setting-words.ts'
import { textFileWords } from '../../src/settings/text-file-words.ts'
import { unknownNameWords } from '../../src/settings/unknown-name-words.ts'
import { urlWords } from '../../src/settings/url-words.ts'
import { commandFlawWords } from '../../src/words/command-flaw-words.ts'
import { didYouMeanWords } from '../../src/words/did-you-mean-words.ts'
import { inLanguage, learn, notLearnt, speak, type Words } from '../../src/words/language.ts'
import { callersFile, naming, problemsOfFile } from '../support/callers-files.ts'
import { mistakes } from '../support/mistakes.ts'
import { config, problems } from '../support/settings.ts'
import { runCli } from '../support/sidecar.ts'

const posix = { skip: process.platform === 'win32' && 'Windows has no modes and no named pipes in folders' }

const tables: Record<string, Words<string, object>> = {
  ...{ accessWords, addressWords, auditFolderWords, callerRuleWords, callersFileWords, certificateLineWords },
  ...{ commandFlawWords, configFileWords, crossCheckWords, expectedWords, keyFileWords, listenErrorWords },
  ...{ logFileWords, didYouMeanWords, openFileWords, receiverWords, ruleLineWords, secretWords, settingWords },
  ...{ textFileWords, unknownNameWords, urlWords },
}

/** Words that no mistake here provokes. */
const notProvoked = [
  // Of other users and disks.
  ...['auditFolderWords.forbidden', 'auditFolderWords.readOnly', 'keyFileWords.unreadable', 'keyFileWords.notMade'],
  ...['logFileWords.otherOwner', 'textFileWords.forbidden', 'textFileWords.unreadable', 'secretWords.privateKey'],
  // Of settings whose own reader says more, or that take any text.
  ...[
    'adminListen',
    'baseUrl',
    'cacheUrl',
    'caFile',
    'endpointUrl',
    'heartbeatUrl',
    'listen',
    'noProxy',
    'pemFile',
  ].map((name) => `expectedWords.${name}`),
  ...['sandboxListen', 'secretCommand', 'serviceName'].map((name) => `expectedWords.${name}`),
]

test('every mistake is told in Indonesian where that is spoken', posix, async (t) => {
  await import('../../src/commands/indonesian.ts')
  const say = await mistakes(t)
  const english = await say()
  const spoken = spy(t)
  speak('id')
  const indonesian = await say()
  assert.equal(indonesian.length, english.length)
  for (const [index, text] of indonesian.entries()) {
    if (/^$|^\/etc\/own\.env$/.test(text)) continue
    assert.notEqual(text, english[index])
    assert.doesNotMatch(plain(text), /\b(the|and|is|are|has|not|with|for|of|should|names|other|line)\b/)
  }
  const all = Object.entries(tables).flatMap(([name, table]) => Object.keys(table()).map((key) => `${name}.${key}`))
  assert.ok(all.length > 200)
  assert.deepEqual(all.filter((one) => !spoken.has(one)).sort(), notProvoked.sort())
})

/** Without what is the same in every language: names of files and settings, quoted words, commands. */
function plain(text: string): string {
  return text.replace(/"[^"]*"|\[\w+\]|[\w.-]*[_/=][\w./=-]*|--config/g, '')
}

/** The words that are spoken from now on. */
function spy(t: TestContext): ReadonlySet<string> {
  const spoken = new Set<string>()
  for (const [name, table] of Object.entries(tables)) {
    assert.ok(!notLearnt().includes(table.named), `${name} has no Indonesian one`)
    const own = inLanguage('id', table)
    const get = (from: object, key: string) => {
      spoken.add(`${name}.${key}`)
      return Reflect.get(from, key)
    }
    learn(table.named, new Proxy(own, { get }))
    t.after(() => learn(table.named, own))
  }
  t.after(() => speak('en'))
  return spoken
}

test('mistakes that people make often, word for word', async (t) => {
  await import('../../src/commands/indonesian.ts')
  t.after(() => speak('en'))
  speak('id')
  const of = (env: Record<string, string>) => problems(env).map(({ problem }) => problem)
  assert.deepEqual(of({ SIDECAR_QUIT: '1' }), ['harus berupa true atau false'])
  assert.deepEqual(of({ SIDECAR_LISTEN: 'localhost:1 8228' }), [
    'alamat 2 harus menyebutkan host, bukan hanya port: tulis localhost:port',
  ])
  assert.deepEqual(of({ SIDECAR_LISTN: 'x' }), ['bukan pengaturan; apakah maksudnya SIDECAR_LISTEN?'])
  assert.deepEqual(of({ CATAPA_CLIENT_SECRET: ' hush' }), ['diawali atau diakhiri spasi atau ganti baris'])
  assert.deepEqual(config({ SIDECAR_COLOUR: 'x' }).warnings, [
    'SIDECAR_COLOUR diisi tetapi bukan pengaturan: diabaikan.',
  ])
  const path = callersFile(t, '[export]\nuser = 33\nprofile = readonly\nweight = 1\n')
  assert.equal(naming(path).callersFile, path)
  if (process.platform !== 'linux') return
  assert.deepEqual(problemsOfFile(path), [
    'baris 3: profile di [export] harus berupa salah satu dari full, no-bulk-delete, no-delete, no-approvals, read-only, payroll-input, time-import, directory, bukan "readonly"; apakah maksudnya read-only?',
    'baris 4: weight di [export] adalah aturan yang tidak dikenal versi catapa-sidecar ini: aturan yang dikenal adalah key, listen, certificate, user, profile, allow, deny, report, max-in-flight, rate, repeats',
  ])
})

test('check tells them so where the terminal is Indonesian, and programs in English', async (t) => {
  const env = { LANG: 'id_ID.UTF-8', SIDECAR_QUIT: 'maybe' }
  const told = await outputOf(t, ['check'], env)
  assert.match(told, /^ {2}SIDECAR_QUIT: harus berupa true atau false$/m)
  assert.match(told, /^ {2}CATAPA_TENANT: wajib diisi: kode tenant Anda, atau CATAPA_TENANT_FILE /m)
  assert.match(await outputOf(t, ['check', '--json'], env), /"should be true or false"/)
})

async function outputOf(t: TestContext, args: string[], env: Record<string, string>): Promise<string> {
  const { exit, output } = runCli(t, args, env)
  await exit
  return output()
}
