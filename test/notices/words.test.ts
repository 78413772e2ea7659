import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { stateWords } from '../../src/admin/page/states/state-words.ts'
import { shownFailure } from '../../src/admin/status/shown-failure.ts'
import { fittingLines } from '../../src/notices/fit-lines.ts'
import { noticeWords } from '../../src/notices/notice-words.ts'
import type { SendFailure } from '../../src/notices/send-failure.ts'
import { failureWords, leftWords, oneLine, subjectWords, testMessage } from '../../src/notices/words.ts'
import { failure } from '../../src/problems/causes.ts'
import { inLanguage, loadLanguage } from '../../src/words/language.ts'
import { englishIn } from '../support/indonesian.ts'
import { at, item, message, plainLines, several, severalLines } from '../support/notices.ts'
import { root } from '../support/sidecar.ts'

const all = () => true

test('a message says what, since when, what to do; then the instance and the page', () => {
  assert.deepEqual(fittingLines(message(), all), plainLines)
  assert.deepEqual(fittingLines(several, all), severalLines)
  assert.deepEqual(fittingLines(message(undefined, { page: undefined }), all), plainLines.slice(0, -1))
})

test('the subject of a mail is its worst state, in one line', () => {
  assert.equal(subjectWords(message()), `catapa-sidecar: ${plainLines[0]}`)
  assert.equal(subjectWords(several), `catapa-sidecar: ${severalLines[0]} (and 1 more)`)
  const long = subjectWords(message([item({ what: `a\r\nBcc: x@y\u2028${'b'.repeat(50_000)}` })]))
  assert.match(long, /^catapa-sidecar: a Bcc: x@y b+…$/)
  assert.ok(long.length < 200)
})

test('how long it took is said without seconds, and without what is 0', () => {
  const words: [number, string][] = [
    [0, '0 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [754_000, '13 min'],
    [3_600_000, '1 h'],
    [6 * 3_600_000 + 1_200_000, '6 h 20 min'],
    [24 * 3_600_000, '1 d'],
    [50 * 3_600_000, '2 d 2 h'],
  ]
  for (const [tookMs, said] of words) {
    const [first] = fittingLines(message([item({ event: 'over', what: 'x', tookMs })]), all)
    assert.equal(first, `Over after ${said}: x`)
  }
})

test("times have the machine's zone with its name, and a colon", () => {
  const words = pathToFileURL(join(root, 'build/src/notices/words.js')).href
  const script = `import(${JSON.stringify(words)}).then((m) => console.log(m.itemWords(${JSON.stringify(item())}, ${at})[1]))`
  const { stdout } = spawnSync(process.execPath, ['-e', script], {
    env: { ...process.env, TZ: 'Asia/Jakarta', LC_ALL: 'id_ID.UTF-8' },
    encoding: 'utf8',
  })
  assert.equal(stdout, 'Since 1 December 2026 at 16:28 GMT+7.\n')
})

test('one line is one line, whatever stands in it', () => {
  assert.equal(oneLine(' a\tb\r\n\u2028c\u0085\u202Ed\u0000e\uD800f ', 100), 'a b c??d?e?f')
  assert.equal(oneLine('👩👩👩👩', 3), '👩👩…')
})

test('each failure has words and a next step, without a host', () => {
  const failures: [SendFailure, RegExp, RegExp][] = [
    [
      { is: 'lost', facts: { why: 'connection_refused', to: '10.1.2.3:443' } },
      /not reached: it refused/,
      /SIDECAR_NOTIFY_URL/,
    ],
    [
      { is: 'lost', facts: { why: 'untrusted', certificate: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
      /self-signed/,
      /CATAPA_CA_FILE/,
    ],
    [{ is: 'lost', facts: { why: 'proxy_login', schemes: ['Basic'] } }, /proxy wants a user/, /connect there/],
    [{ is: 'refused', status: 404, retryAfterMs: undefined }, /^refused, 404$/, /make a new one/],
    [{ is: 'refused', status: 429, retryAfterMs: 1 }, /^refused, 429$/, /too many/],
    [{ is: 'refused', status: 503, retryAfterMs: undefined }, /^refused, 503$/, /passes/],
    [{ is: 'refused', status: 302, retryAfterMs: undefined }, /^refused, 302$/, /redirect/],
    [{ is: 'refused', status: 400, retryAfterMs: undefined }, /^refused, 400$/, /another kind/],
    [{ is: 'mail_refused', code: 535 }, /^refused, 535$/, /password/],
    [{ is: 'mail_refused', code: 451 }, /^refused, 451$/, /may pass/],
    [{ is: 'mail_refused', code: 550 }, /^refused, 550$/, /addresses/],
    [{ is: 'no_starttls' }, /STARTTLS/, /smtps:/],
    [{ is: 'not_smtp' }, /no mail server/, /host and port/],
    [{ is: 'stopped' }, /stopping/, /Nothing/],
  ]
  for (const [failure, happened, next] of failures) {
    const words = failureWords(failure)
    assert.match(words.happened, happened)
    assert.match(words.next, next)
    assert.ok(!`${words.happened}${words.next}`.includes('10.1.2.3'))
  }
})

test('in Indonesian a notice has no English but the words of others, and its times a colon', async () => {
  await loadLanguage('id')
  inLanguage('id', () => {
    const over = item({ event: 'over', what: 'x', next: undefined, tookMs: 12 * 60_000 })
    const lasts = item({ event: 'lasts', what: 'y', next: undefined, since: at - 380 * 60_000 })
    const lines = fittingLines(message([over, lasts], { more: leftWords('none') }), all)
    assert.equal(lines[0], 'Selesai setelah 12 mnt: x')
    assert.match(lines[1] ?? '', /^Mulai pada 1 Desember 2026 pukul \d\d:\d\d \S+\.$/)
    assert.equal(lines[3], 'Masih berlangsung, sudah 6 jam 20 mnt: y')
    assert.ok(lines.includes('Halaman status: http://localhost:8229/'))
    assert.match(subjectWords(message([over, lasts])), / \(dan 1 lagi\)$/)
    const own = [...lines.slice(0, -2), ...fittingLines(testMessage({ instance: '', page: undefined, at }), all)]
    const failed: SendFailure[] = [{ is: 'no_starttls' }, { is: 'not_smtp' }, { is: 'stopped' }]
    for (const status of [302, 400, 404, 429, 503]) failed.push({ is: 'refused', status, retryAfterMs: undefined })
    for (const code of [451, 535, 550]) failed.push({ is: 'mail_refused', code })
    const told = failed.map(failureWords).flatMap(({ happened, next }) => [happened, next])
    assert.deepEqual(englishIn([...own, ...told].join('\n').replaceAll('from dan to', '')), [])
  })
})

for (const [language, path] of [
  ['en', 'docs/notices.md'],
  ['id', 'docs/id/notices.md'],
] as const) {
  test(`${path} shows a message as the sidecar writes it, and its words in JSON`, async () => {
    await loadLanguage(language)
    const page = readFileSync(join(root, path), 'utf8')
    inLanguage(language, () => {
      const refused = shownFailure(
        failure('client_refused', { status: 401, error: 'invalid_client', grant: 'client_credentials' }),
      )
      const what = `${stateWords().refusedCredentials}. ${refused.happened}.`
      const since = new Date(2026, 11, 1, 2, 14).getTime()
      const instance = noticeWords().instance('acme', 'payroll-1', '/etc/catapa-sidecar/acme.env')
      const told = fittingLines(message([item({ what, next: refused.remedy, since })], { instance }), all).join('\n')
      const withoutZone = (text: string) => text.replaceAll(/(?<= 02:14) \S+(?=\.\n)/g, '')
      assert.ok(withoutZone(page).includes(`\`\`\`\n${withoutZone(told)}\n\`\`\``), told)
      for (const [, begins = ''] of page.matchAll(/"(?:what|next|instance)": "([^"…]*)/g)) {
        assert.ok(
          told.split('\n').some((line) => line.startsWith(begins)),
          begins,
        )
      }
    })
  })
}
