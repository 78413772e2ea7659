// design/promises 17: what people see of doctor, check, wait and report in Bahasa Indonesia. What programs read stays English.
import '../../src/commands/indonesian.ts'
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { checkWords } from '../../src/commands/check-words.ts'
import { reportWords } from '../../src/commands/report/report-words.ts'
import { waitWords } from '../../src/commands/wait-words.ts'
import { addressHolderWords } from '../../src/running/address-holder-words.ts'
import { probeWords } from '../../src/running/probe-words.ts'
import { sameFolderWords } from '../../src/running/same-folder-words.ts'
import { commandFlawWords } from '../../src/words/command-flaw-words.ts'
import { didYouMeanWords } from '../../src/words/did-you-mean-words.ts'
import { assertInBoth, sayings } from '../support/both-languages.ts'
import { settings } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import { runCli, secret, startTestSandbox } from '../support/sidecar.ts'

const someone = { user: '⟨user⟩', uid: 1000, stateDir: '⟨folder⟩' }

test('their texts are in both languages, with the same facts, settings, options and numbers', () => {
  const fine = { tenant: '⟨tenant⟩', clientId: '⟨client⟩', origin: '⟨origin⟩' }
  const tables = [
    sayings('wait', waitWords, (say) => [
      say.waiting('⟨address⟩', '⟨sentence⟩'),
      say.notReady('⟨address⟩', 1.5, '⟨sentence⟩'),
      say.timeoutFlaw(2_000_000),
    ]),
    sayings('check', checkWords, (say) => [
      say.fine({ ...fine, callers: undefined }),
      say.fine({ ...fine, callers: { named: 1, file: '⟨file⟩' } }),
      say.fine({ ...fine, callers: { named: 2, file: '⟨file⟩' } }),
      say.note('⟨sentence⟩'),
    ]),
    sayings('report', reportWords, ({ written, status, default: usual, times, ids, ...plain }) => [
      ...Object.values(plain),
      written('⟨instant⟩'),
      status('⟨address⟩'),
      usual('⟨value⟩', '⟨default⟩'),
      times('⟨code⟩', 3),
      ids('⟨ours⟩', '⟨theirs⟩'),
    ]),
    sayings('probe', probeWords, ({ noAnswer, ...plain }) => [...Object.values(plain), noAnswer('⟨why⟩')]),
    sayings('address', addressHolderWords, (say) => [say.taken('⟨address⟩'), say.itsClient('⟨tenant⟩', '⟨client⟩')]),
    sayings('folder', sameFolderWords, (say) => [
      say.inContainer('⟨container⟩'),
      say.ofService(someone, '⟨unit⟩'),
      say.ofUser({ ...someone, user: undefined }),
      say.ofUser({ ...someone, user: undefined, uid: undefined }),
      say.onWindows('⟨folder⟩'),
      say.notOurs('⟨folder⟩'),
      say.elsewhere('⟨folder⟩'),
    ]),
    sayings('flaws', commandFlawWords, (say) => Object.values(say)),
    sayings('meant', didYouMeanWords, (say) => [say.meant('⟨word⟩')]),
  ]
  assertInBoth(tables, ['⟨value⟩ (default: ⟨default⟩)', 'tenant ⟨tenant⟩, client ⟨client⟩'])
})

async function said(t: TestContext, words: string[], env: Record<string, string>) {
  const command = runCli(t, words, { LANG: 'id_ID.UTF-8', ...env })
  const { code } = await command.exit
  return { code, text: command.output() }
}

/** Lines of a report without the times that the steps took, and without what the clock said on a machine that stood still. */
const untimed = (text: string) =>
  text
    .replace(/ +\d+ ms {2}/g, ' ')
    .replace(/^(\S \S+) +/gm, '$1 ')
    .replace(/^(✓ clock) .*$/m, '$1')

test('doctor in Indonesian, line by line, where all is well; with --json it is English', async (t) => {
  const { url } = await startTestSandbox(t)
  const { host } = new URL(url)
  const { code, text } = await said(t, ['doctor'], settings(url))
  assert.equal(code, 0, text)
  assert.deepEqual(untimed(text).split('\n'), [
    `✓ configuration tenant demo, client demo-client, ${url}`,
    '                                  instans dari environment: SIDECAR_LISTEN localhost:0, SIDECAR_ADMIN_LISTEN off',
    '✓ secret-file di environment, tanpa file',
    '✓ dns 127.0.0.1 adalah alamat, tidak ada nama yang perlu dicari',
    `✓ tcp terhubung ke ${host}`,
    `✓ proxy tidak ada proxy yang diatur, ${host} dihubungi langsung`,
    '✓ tls tidak dipakai, karena CATAPA_BASE_URL adalah http://',
    '✓ clock',
    '✓ token CATAPA memberi token, berlaku 60 menit',
    '✓ validate-access-token CATAPA menerima token',
    '✓ listener port bebas mana pun',
    'Semuanya baik.',
    '',
  ])
  const asJson = await said(t, ['doctor', '--json'], settings(url))
  assert.match(asJson.text, /"step":"token","status":"ok","detail":"CATAPA gave one, valid for 60 min"/)
})

test('doctor in Indonesian with a wrong secret: the step by its name, the rest is not tried, 4', async (t) => {
  secret('wrong-secret-4711-in-indonesian')
  const { url } = await startTestSandbox(t)
  const env = settings(url, { CATAPA_CLIENT_SECRET: 'wrong-secret-4711-in-indonesian' })
  const { code, text } = await said(t, ['doctor'], env)
  assert.equal(code, 4)
  assert.match(text, /^✗ token /m)
  assert.match(text, /^– validate-access-token +tidak dicoba, karena token gagal$/m)
  assert.match(text, /\nAda masalah\. Mulailah dari ✗ yang pertama: token\.\n$/)
})

test('check, wait and report in Indonesian; healthcheck is English, since engines keep its words', async (t) => {
  const env = settings('http://127.0.0.1:9', { SIDECAR_ADMIN_LISTEN: `localhost:${await freePort()}` })
  const address = env.SIDECAR_ADMIN_LISTEN
  assert.deepEqual(await said(t, ['check'], env), {
    code: 0,
    text: 'Konfigurasi baik: tenant demo, client demo-client, http://127.0.0.1:9; tanpa file pemanggil.\n',
  })
  assert.deepEqual(await said(t, ['wait', '--timeout', '0'], env), {
    code: 1,
    text: `catapa-sidecar wait: ${address} belum siap dalam 0 detik: tidak ada sidecar yang merespons: koneksi ditolak\n`,
  })
  const { text } = await said(t, ['report'], env)
  assert.match(text, /^Laporan ini berisi versi, .*tidak ada yang dikirim\.\n/s)
  assert.match(text, new RegExp(`\nStatus sidecar di ${address}\n=+\n {2}Tidak ada sidecar yang merespons\\.\n`))
  for (const words of [[], ['--json']]) {
    const probed = await said(t, ['healthcheck', ...words], env)
    assert.match(probed.text, /no sidecar answers: the connection is refused/)
  }
})
