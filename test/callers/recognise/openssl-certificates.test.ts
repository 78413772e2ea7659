// As forged-certificates.test.ts, with certificates that openssl has made: our own builder of certificates could share a mistake
// with our reader.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pinOf } from '../../../src/callers/recognise/certificate.ts'
import { without } from '../../support/programs.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ask, startTlsCallers } from '../../support/tls-callers.ts'

const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const leaf = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=clientAuth']
const ca = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
const named = 'subjectAltName=DNS:payroll.example.com'

/** A folder in which openssl makes certificates. */
function workshop(t: TestContext) {
  const folder = temporaryFolder(t)
  const path = (name: string) => join(folder, name)
  const read = (name: string) => ({
    pem: readFileSync(path(`${name}.pem`), 'utf8'),
    keyPem: readFileSync(path(`${name}.key`), 'utf8'),
  })
  writeFileSync(path('empty.cnf'), '[req]\ndistinguished_name = dn\n[dn]\n')
  return {
    read,
    make(name: string, subject: string, extensions: readonly string[], issuer?: string, key: readonly string[] = ec) {
      const signer = issuer === undefined ? [] : ['-CA', path(`${issuer}.pem`), '-CAkey', path(`${issuer}.key`)]
      const given = extensions.flatMap((extension) => ['-addext', extension])
      const files = ['-config', path('empty.cnf'), '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)]
      execFileSync('openssl', ['req', '-x509', ...key, '-nodes', '-subj', subject, ...signer, ...given, ...files], {
        stdio: 'ignore',
      })
      return read(name)
    },
  }
}

test('certificates of openssl let in those who have them, and nobody else', { skip: without('openssl') }, async (t) => {
  const { make } = workshop(t)
  const office = make('office', '/CN=Office CA', ca)
  const branch = make(
    'branch',
    '/CN=Branch CA',
    [...ca, 'nameConstraints=critical,permitted;DNS:example.com'],
    'office',
  )
  make('impostor', '/CN=Office CA', ca)
  const pinned = make('pinned', '/CN=pinned', leaf)
  const text = `[payroll]\ncertificate = dns:payroll.example.com\ncertificate = uri:spiffe://example.com/payroll
[pinned]\ncertificate = ${pinOf({ publicKey: createPublicKey(pinned.pem) })}\n[*]`
  const listener = await startTlsCallers(t, { text, ca: office.pem })
  const of = (name: string, extensions: readonly string[], issuer?: string, key?: readonly string[]) =>
    ask(listener, {
      shows: make(name, `/CN=${name}`, extensions, issuer, key),
      chain: issuer === 'branch' ? [branch] : [],
    })
  const pss = ['-newkey', 'rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048']
  for (const [name, key] of Object.entries({
    ec,
    ed25519: ['-newkey', 'ed25519'],
    ed448: ['-newkey', 'ed448'],
    rsa: ['-newkey', 'rsa:2048'],
    pss,
  })) {
    assert.equal(await of(name, [...leaf, named], 'office', key), 'payroll by certificate', name)
  }
  assert.equal(
    await of('uri', [...leaf, 'subjectAltName=URI:spiffe://example.com/payroll'], 'office'),
    'payroll by certificate',
  )
  assert.equal(await of('below', [...leaf, named], 'branch'), 'payroll by certificate')
  assert.equal(await ask(listener, { shows: pinned }), 'pinned by certificate')
  const names = (list: string) => [...leaf, `subjectAltName=${list}`]
  const met = {
    wildcard: await of('wildcard', names('DNS:*.example.com'), 'office'),
    commonName: await of('payroll.example.com', leaf, 'office'),
    address: await of('address', names('IP:127.0.0.1,email:payroll@example.com,RID:1.2.3.4'), 'office'),
    server: await of('server', [named, leaf[0] ?? '', 'extendedKeyUsage=serverAuth'], 'office'),
    itself: await of('itself', [...leaf, named]),
    impostor: await of('forged', [...leaf, named], 'impostor'),
    outside: await of('outside', names('DNS:payroll.other.example,URI:spiffe://example.com/payroll'), 'branch'),
    authority: await of('authority', [...ca.slice(0, 1), named], 'office'),
  }
  assert.deepEqual(met, {
    wildcard: 'refused: nobodys',
    commonName: 'refused: nobodys',
    address: 'refused: nobodys',
    server: 'refused: purpose',
    itself: 'refused: untrusted',
    impostor: 'refused: untrusted',
    outside: 'refused: untrusted',
    authority: 'refused: of_ca',
  })
})
