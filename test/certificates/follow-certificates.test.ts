import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { type CertificatesInUse, followCertificates } from '../../src/certificates/follow-certificates.ts'
import { makeCertificate } from '../support/certificate.ts'
import { ownPair, readPair, writePair } from '../support/own-certificate.ts'
import { eventually, sleep } from '../support/wire.ts'

const made = () => makeCertificate({ cn: 'sidecar', hosts: ['localhost'] })

async function following(t: TestContext) {
  const pair = ownPair(t)
  const { files, certificates: first } = await readPair(pair)
  const told: CertificatesInUse[] = []
  const { inUse, stop } = followCertificates({ files, first, changed: (next) => told.push(next) }, 10)
  t.after(stop)
  return { pair, first, told, inUse }
}

test('a new pair is in use, once, and files that are only touched are no news', async (t) => {
  const { pair, first, told, inUse } = await following(t)
  const next = made()
  writePair(pair, next)
  await eventually(() => inUse().certificates.cert === next.cert, 'it is in use')
  assert.notEqual(inUse().certificates, first)
  writePair(pair, next)
  writeFileSync(pair.cert, `# renewed by hand\n${next.cert}`)
  await sleep(200)
  assert.equal(told.length, 1)
})

test('torn, mismatched, ended and missing files change nothing and are told; what is right again is told, too', async (t) => {
  const { pair, first, told, inUse } = await following(t)
  const [one, another] = [made(), made()]
  const ended = makeCertificate({ cn: 'sidecar', hosts: ['localhost'], expired: true })
  const wrong: [kind: string, write: () => void][] = [
    ['cut_certificate', () => writeFileSync(pair.cert, one.cert.slice(0, 300))],
    ['other_key', () => writePair(pair, { ...one, key: another.key })],
    ['ended', () => writePair(pair, ended)],
    ['unreadable', () => rmSync(pair.key)],
  ]
  for (const [kind, write] of wrong) {
    write()
    await eventually(() => inUse().flaw?.kind === kind, kind)
    assert.equal(inUse().certificates, first, kind)
  }
  const since = inUse().flawSince
  assert.ok(since !== undefined && told.every(({ flawSince }) => flawSince === since))
  writePair(pair, one)
  await eventually(() => inUse().certificates.cert === one.cert, 'the new pair is in use')
  assert.equal(inUse().flaw, undefined)
  writeFileSync(pair.key, 'x')
  await eventually(() => inUse().flaw !== undefined, 'it is told')
  writePair(pair, one)
  await eventually(() => inUse().flaw === undefined, 'it is over')
})
