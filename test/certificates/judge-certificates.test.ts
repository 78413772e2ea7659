import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { CertificateFlaw, FoundCertificates } from '../../src/certificates/certificate-files.ts'
import { judgeCertificates } from '../../src/certificates/judge-certificates.ts'
import { certificateWords } from '../../src/problems/phrases/certificate-phrases.ts'
import { makeAuthority } from '../support/certificate.ts'
import { dns, ecKeys, make } from '../support/client-certificates.ts'

const now = Date.now()
const day = 24 * 3_600_000
const root = makeAuthority('Office Root')
const middle = root.below('Office Issuing')
const own = middle.issue('sidecar', ['payroll.office.example', '192.0.2.7', '*.office.example'])
const other = middle.issue('sidecar', ['payroll.office.example'])

function found(cert: string, key: string, clientCa?: string): FoundCertificates {
  return { cert: { text: cert }, key: { text: key }, clientCa: clientCa === undefined ? undefined : { text: clientCa } }
}

function flawOf(files: FoundCertificates, at = now): CertificateFlaw | undefined {
  return judgeCertificates(files, at).flaw
}

test('a whole chain with its key is taken, with or without its root, and so is a text around it', () => {
  for (const chain of [
    own.cert + middle.pem,
    own.cert + middle.pem + root.pem,
    `Bag\n${own.cert}\nissuer=x\n${middle.pem}`,
  ]) {
    const { certificates, flaw } = judgeCertificates(found(chain, own.key, root.pem), now)
    assert.equal(flaw, undefined)
    assert.deepEqual(certificates?.names, ['payroll.office.example', '192.0.2.7', '*.office.example'])
    assert.equal(certificates?.issuer, 'Office Issuing')
    assert.deepEqual([...(certificates?.hosts ?? [])], ['payroll.office.example'], 'no wildcard, no IP address')
  }
})

const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const passworded = encrypted.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
const short = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
const cut = (pem: string) => pem.slice(0, pem.length / 2)

/** A certificate, and after it one of its issuer's key under another name: programs look for the name. */
const byKey = (() => {
  const keys = ecKeys()
  const issuer = make({ cn: 'Office Issuing', ca: true, keys })
  const leaf = make({ cn: 'sidecar', issuer, names: [dns('payroll.office.example')] })
  return { leaf: leaf.pem + make({ cn: 'Other Issuing', ca: true, keys }).pem, key: leaf.keyPem }
})()

const wrong: [what: string, files: FoundCertificates, flaw: CertificateFlaw][] = [
  ['no file', { ...found('', own.key), cert: { flaw: 'does not exist' } }, unreadable('cert')],
  ['no key file', { ...found(own.cert, ''), key: { flaw: 'does not exist' } }, unreadable('key')],
  ['no CA file', { ...found(own.cert, own.key), clientCa: { flaw: 'does not exist' } }, unreadable('clientCa')],
  ['an empty file', found('', own.key), { kind: 'no_certificate', file: 'cert' }],
  ['the key in its place', found(own.key, own.key), { kind: 'no_certificate', file: 'cert' }],
  ['a torn certificate', found(cut(own.cert), own.key), { kind: 'cut_certificate', file: 'cert' }],
  ['a torn issuer', found(own.cert + cut(middle.pem), own.key), { kind: 'cut_certificate', file: 'cert' }],
  ['letters lost', found(own.cert.replace(/\n.{30}/, '\n'), own.key), { kind: 'bad_certificate', file: 'cert', at: 1 }],
  ['an empty key', found(own.cert, ''), { kind: 'no_key' }],
  ['the certificate as key', found(own.cert, own.cert), { kind: 'no_key' }],
  ['two keys', found(own.cert, own.key + other.key), { kind: 'several_keys' }],
  ['a torn key', found(own.cert, cut(own.key)), { kind: 'cut_key' }],
  ['a key with a password', found(own.cert, passworded), { kind: 'encrypted_key' }],
  ['a broken key', found(own.cert, own.key.replace(/\n.{30}/, '\n')), { kind: 'bad_key' }],
  ['the key of another', found(own.cert + middle.pem, other.key), { kind: 'other_key' }],
  ['a key of RSA', found(own.cert, String(short)), { kind: 'other_key' }],
  ['the order turned round', found(middle.pem + own.cert, own.key), { kind: 'key_of_another', at: 2 }],
  ['an issuer left out', found(own.cert + root.pem, own.key), { kind: 'wrong_order', at: 2 }],
  ['twice the same', found(own.cert + own.cert, own.key), { kind: 'wrong_order', at: 2 }],
  ['an issuer of that key and another name', found(byKey.leaf, byKey.key), { kind: 'wrong_order', at: 2 }],
  [
    'an issuer of that name and another key',
    found(own.cert + root.below('Office Issuing').pem, own.key),
    { kind: 'wrong_order', at: 2 },
  ],
  ['a client CA that is none', found(own.cert, own.key, root.pem + other.cert), { kind: 'no_ca', at: 2 }],
  ['a client CA file of something else', found(own.cert, own.key, 'x'), { kind: 'no_certificate', file: 'clientCa' }],
]

function unreadable(file: 'cert' | 'key' | 'clientCa'): CertificateFlaw {
  return { kind: 'unreadable', file, flaw: 'does not exist' }
}

test(`${wrong.length} sets of files that do not fit are told apart, each in words without a byte of a key`, () => {
  for (const [what, files, flaw] of wrong) {
    const judged = judgeCertificates(files, now)
    assert.deepEqual(judged, { certificates: undefined, flaw }, what)
    const { happened, remedy } = certificateWords(flaw)
    assert.match(happened, /^[A-Z].*[^.]$/, what)
    assert.match(remedy, /^[A-Z].*\.$/, what)
    assert.doesNotMatch(happened + remedy, /BEGIN [A-Z]|[A-Za-z0-9+/]{40}/)
  }
})

test('one that has ended or is not valid yet is a flaw and can be used all the same; the root of a chain does not count', () => {
  const short = middle.issue('sidecar', ['a.example'], [now - day, now + day])
  const files = found(short.cert + middle.pem, short.key)
  const second = (at: number) => Math.floor(at / 1000) * 1000
  assert.equal(flawOf(files), undefined)
  assert.deepEqual(flawOf(files, now + 2 * day), { kind: 'ended', until: second(now + day) })
  assert.deepEqual(flawOf(found(short.cert, short.key), now - 2 * day), { kind: 'not_yet', from: second(now - day) })
  const { certificates } = judgeCertificates(files, now + 2 * day)
  assert.equal(certificates?.validUntil, second(now + day))
  assert.match(certificateWords({ kind: 'ended', until: now }).happened, /has ended at .*: callers refuse it$/)
})

test('all CAs of callers ended is a flaw, one of several is none', () => {
  assert.equal(flawOf(found(own.cert, own.key, root.pem + middle.pem)), undefined)
  assert.equal(flawOf(found(own.cert, own.key, root.pem), now + 11 * day)?.kind, 'cas_ended')
})

test('a certificate without names is taken, and has none', () => {
  const nameless = middle.issue('payroll.office.example', [])
  const { certificates, flaw } = judgeCertificates(found(nameless.cert, nameless.key), now)
  assert.equal(flaw, undefined)
  assert.deepEqual(certificates?.names, [])
})
