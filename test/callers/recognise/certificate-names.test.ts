import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { namesIn } from '../../../src/callers/recognise/certificate-names.ts'
import { der } from '../../support/certificate.ts'
import { dns, ecKeys, make, uri } from '../../support/client-certificates.ts'

const { raw } = make({ names: [dns('A.example'), der(0x87, Buffer.of(1, 2, 3, 4)), uri('spiffe://A/b'), dns('c')] })
const names = ['dns:a.example', 'uri:spiffe://A/b', 'dns:c']

test('the names are those of the kinds DNS and URI, in their order; none where the certificate has none', () => {
  assert.deepEqual(namesIn(raw), names)
  assert.deepEqual(namesIn(make({}).raw), [])
  assert.deepEqual(namesIn(make({ version: 1, extensions: [] }).raw), [])
})

test('a certificate that is cut off, or has something behind it, has no names to be believed', () => {
  for (let end = 0; end < raw.length; end++) assert.equal(namesIn(raw.subarray(0, end)), undefined)
  assert.equal(namesIn(Buffer.concat([raw, Buffer.of(0)])), undefined)
})

test('whatever bytes come, there are names or none, and no error', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void namesIn(Buffer.from(bytes))))
  const changed = fc.record({ at: fc.nat(raw.length - 1), to: fc.nat(255) })
  fc.assert(
    fc.property(changed, ({ at, to }) => {
      const copy = Buffer.from(raw)
      copy[at] = to
      namesIn(copy)
    }),
    { numRuns: 2000 },
  )
})

test('plain names are those that Node reads', () => {
  const keys = ecKeys()
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  fc.assert(
    fc.property(fc.array(host, { minLength: 1, maxLength: 20 }), (hosts) => {
      const made = make({ keys, names: hosts.map(dns) })
      const byNode = new X509Certificate(made.raw).subjectAltName
        ?.split(', ')
        .map((name) => name.replace('DNS:', 'dns:'))
      assert.deepEqual(namesIn(made.raw), byNode)
    }),
    { numRuns: 50 },
  )
})
