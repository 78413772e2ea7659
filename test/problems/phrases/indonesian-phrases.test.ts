// design/promises 17.2: what is said of failures in Indonesian says the same as in English, and nothing of it is English.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../../../src/commands/indonesian.ts'
import type { CertificateFlaw } from '../../../src/certificates/certificate-files.ts'
import { failure } from '../../../src/problems/causes.ts'
import { type Audience, explain, inWords } from '../../../src/problems/explain.ts'
import { certificatePhrases, certificateWords } from '../../../src/problems/phrases/certificate-phrases.ts'
import { clockOff } from '../../../src/problems/phrases/clock-phrases.ts'
import { inLanguage } from '../../../src/words/language.ts'
import { everyFailure } from '../../support/every-failure.ts'

const files = ['cert', 'key', 'clientCa'] as const
const ofCertificates = ['cert', 'clientCa'] as const
const instant = Date.UTC(2026, 11, 1)
const certificateFlaws: CertificateFlaw[] = [
  ...files.map((file) => ({ kind: 'unreadable', file, flaw: '…' }) as const),
  ...ofCertificates.flatMap((file) => [
    { kind: 'no_certificate', file } as const,
    { kind: 'cut_certificate', file } as const,
    { kind: 'bad_certificate', file, at: 2 } as const,
  ]),
  ...(['no_key', 'several_keys', 'cut_key', 'encrypted_key', 'bad_key', 'other_key'] as const).map((kind) => ({
    kind,
  })),
  ...(['key_of_another', 'wrong_order', 'no_ca'] as const).map((kind) => ({ kind, at: 2 })),
  { kind: 'cas_ended', until: instant },
  { kind: 'ended', until: instant },
  { kind: 'not_yet', from: instant },
  { kind: 'unusable', code: 'ERR_SSL_EE_KEY_TOO_SMALL' },
]

type Said = () => string

/** Every text there is, once each. */
function texts(): Said[] {
  const failures = everyFailure().flatMap((each) =>
    (['caller', 'operator'] satisfies Audience[]).flatMap((audience) => [
      () => explain(each, audience).happened,
      () => explain(each, audience).next,
    ]),
  )
  const certificates = certificateFlaws.flatMap((flaw) => [
    () => certificateWords(flaw).happened,
    () => certificateWords(flaw).remedy,
  ])
  const clocks = [3_000, -61_000, 90_000_000].flatMap((ms) => [() => clockOff(ms).happened, () => clockOff(ms).next])
  const all = [...failures, ...certificates, ...clocks, () => certificatePhrases().noNames]
  return [...new Map(all.map((say) => [`${say()} ${inLanguage('id', say)}`, say])).values()]
}

/** Words of English that are none of Indonesian. */
const englishWord =
  /\b(?:the|a|an|and|or|is|are|was|has|have|not|no|none|with|for|of|to|it|its|this|that|in|on|at|by|be|from|send|check|set|let|give|leave|try|wait|look|correct|call|them|too|where)\b/i

/** A text without what is the same in every language: quotations, settings, commands, and the names of rules. */
function withoutCode(text: string): string {
  return text.replaceAll(
    /"[^"]*"|\((?:deny line \d+|no allow line|(?:profile|SIDECAR_PROFILE) [\w-]+)\)|openssl[^)]+|timedatectl set-ntp true|max-in-flight|EVAL, GET, SET, DEL|catapa-sidecar [a-z]+( --[a-z-]+)?/g,
    '',
  )
}

/** What people type, search for or compare: settings, quotations, commands, headers, sections, numbers. */
function names(text: string): string[] {
  // A date is written as the language writes it.
  const undated = text.replace(/\d{4}-\d\d-\d\d|\d{1,2} \p{L}{3} \d{4}/gu, '')
  const found = undated.matchAll(
    /"[^"]*"|\b\w+_\w+\b|catapa-sidecar(?: (?:login|audit verify|repeats|doctor))?|--[a-z-]+|\bch(?:mod|own) [^.;)]+|openssl[^)]+|timedatectl \S+|w32tm \S+|\[[\w*:-]+\]|\b[A-Z]\w*(?:-[A-Z\d]\w*)+|\d+(?:\.\d+)*|\b[a-z]+:\/\/|\b[A-Z]{3,}\b|-----[A-Z]+/g,
  )
  return [...new Set([...found].map(([name]) => name))].sort()
}

test('every text of failures, certificates and clocks is another one in Indonesian, and has no English sentence', () => {
  const all = texts()
  assert.ok(all.length > 400, `${all.length}`)
  for (const say of all) {
    const [english, indonesian] = [say(), inLanguage('id', say)]
    assert.notEqual(indonesian, english)
    assert.doesNotMatch(withoutCode(indonesian), englishWord)
  }
  const foreign = all.filter((say) => !englishWord.test(withoutCode(say())))
  assert.deepEqual(
    foreign.map((say) => say()),
    [],
  )
})

test('Indonesian texts name the same settings, commands, headers, sections and numbers', () => {
  for (const say of texts()) assert.deepEqual(names(inLanguage('id', say)), names(say()), inLanguage('id', say))
})

test('a next step continues the sentence in Indonesian where it does so in English', () => {
  for (const each of everyFailure()) {
    for (const audience of ['caller', 'operator'] satisfies Audience[]) {
      const between = () => inWords(each, audience).charAt(explain(each, audience).happened.length)
      assert.equal(
        inLanguage('id', between),
        between(),
        inLanguage('id', () => inWords(each, audience)),
      )
    }
  }
})

test('in Indonesian the sidecar keeps trying where it does so in English', () => {
  for (const each of everyFailure()) {
    for (const audience of ['caller', 'operator'] satisfies Audience[]) {
      const said = () => inWords(each, audience)
      const indonesian = inLanguage('id', said)
      assert.equal(/terus mencoba/.test(indonesian), /keeps trying/.test(said()), indonesian)
    }
  }
})

test('what people read of a login that nobody made, and of a write of unknown outcome', () => {
  const said = (each: Parameters<typeof inWords>[0]) => inLanguage('id', () => inWords(each, 'caller'))
  assert.equal(
    said(failure('login_flaw', { kind: 'missing', path: '/nowhere' })),
    'Belum ada yang login. Orang yang menjalankan sidecar harus login (catapa-sidecar login).',
  )
  const first = { requestId: 'r-1', seq: 12, time: '2026-12-02T02:14:53.906Z', status: undefined }
  assert.equal(
    said(failure('repeated_write', { outcome: 'unknown', ...first })),
    'Operasi tulis yang sama sudah pernah dikirim (request r-1, pada 2026-12-02T02:14:53.906Z), dan tidak diketahui apakah CATAPA sudah menjalankannya; periksa di CATAPA apakah operasi itu sudah dijalankan; hanya jika belum, lepaskan operasi itu ("catapa-sidecar repeats release 12") dan kirim lagi.',
  )
})
