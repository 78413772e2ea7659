// Certificates that must let nobody in, each over a TLS connection of its own, beside good ones that do. The file has [*]: a forged
// certificate never counts as none.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pinOf } from '../../../src/callers/recognise/certificate.ts'
import { commonName, der, octets, sequence } from '../../support/certificate.ts'
import {
  altNames,
  dns,
  ecKeys,
  extendedKeyUsage,
  extension,
  keyUsages,
  type Made,
  make,
  purposes,
  rsaKeys,
  uri,
  type Wanted,
} from '../../support/client-certificates.ts'
import { ask, type Listener, type Program, startTlsCallers } from '../../support/tls-callers.ts'

const name = 'payroll.example.com'
const spiffe = 'spiffe://example.com/payroll'
const office = make({ cn: 'Office CA', ca: true, keys: rsaKeys() })
const branch = make({ cn: 'Branch CA', ca: 0, issuer: office })
const pinned = make({ cn: 'pinned' })
const pin = (of: Made) => pinOf(of.keys)

const text = `[payroll]
certificate = dns:${name}
certificate = uri:${spiffe}
[clock]
certificate = dns:clock.example.com
[pinned]
certificate = ${pin(pinned)}
[pin-of-ca]
certificate = ${pin(office)}
[pin-of-branch]
certificate = ${pin(branch)}
[*]`

/** Signed by the office's CA, for the name unless told otherwise. */
const signed = (wanted: Wanted = {}) => make({ issuer: office, names: [dns(name)], ...wanted })
const named = (...names: Buffer[]): Program => ({ shows: signed({ names }) })
const withNames = (value: Buffer): Program => ({ shows: signed({ names: [], more: [extension('551d11', value)] }) })
const shows = (wanted: Wanted): Program => ({ shows: signed(wanted) })
/** Shown with the certificate of the CA that has signed it. */
const below = (issuer: Made, wanted: Wanted = {}): Program => ({
  shows: signed({ issuer, ...wanted }),
  chain: [issuer],
})

const nobodys = 'refused: nobodys'
const untrusted = 'refused: untrusted'
const odd = 'refused: odd_names'
const purpose = 'refused: purpose'
/** Node 24 finds fault with it by itself. */
const weak = Number(process.versions.node.split('.')[0]) < 24 ? 'refused: weak_key' : untrusted

const impostor = make({ cn: 'Office CA', ca: true })
const impostorOfKeyId = make({ cn: 'Office CA', ca: true, keyId: office.keyId })
const otherBranch = make({ cn: 'Branch CA', ca: 0, issuer: make({ cn: 'Other CA', ca: true }) })
const twin = make({ cn: 'Branch CA', ca: 0, issuer: office, keyId: branch.keyId })
const colleague = signed({ cn: 'intranet', names: [dns('intranet.example.com')] })
const good = signed()
const flipped = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
/** `from` in place of `to`, which is as long. */
const swapped = (from: Buffer, to: Buffer) => (all: Buffer) => {
  const at = all.indexOf(from)
  return Buffer.concat([all.subarray(0, at), to, all.subarray(at + from.length)])
}
const spki = (of: Made) => of.keys.publicKey.export({ type: 'spki', format: 'der' })
const permitted = (kind: number, tree: string) => extension('551d1e', sequence(der(kind, sequence(dns(tree)))), true)
const constrained = (kind: number, tree: string) =>
  make({ cn: 'Bound CA', ca: true, issuer: office, more: [permitted(kind, tree)] })

/** What it is, with the words for how it was made in it; the program; what it met. */
const forged: [what: string, program: () => Program, met: string][] = [
  // Names, all signed by the CA itself.
  ['another name', () => named(dns('intranet.example.com')), nobodys],
  ['a name below it', () => named(dns(`x.${name}`)), nobodys],
  ['the domain of it', () => named(dns('example.com')), nobodys],
  ['its name at the beginning of another', () => named(dns(`${name}.evil.example`)), nobodys],
  ['its name at the end of another', () => named(dns(`evil-${name}`)), nobodys],
  ['its name, a NUL and another domain', () => named(dns(`${name}\0.evil.example`)), odd],
  ['its name with a NUL at the end', () => named(dns(`${name}\0`)), odd],
  ['a NUL within a URI', () => named(uri(`${spiffe}\0/evil`)), odd],
  ['a wildcard', () => named(dns('*.example.com')), nobodys],
  ['a wildcard for everything', () => named(dns('*')), nobodys],
  ['a wildcard within a label', () => named(dns('pay*.example.com')), nobodys],
  ['its name in the CN alone', () => shows({ cn: name, names: [] }), nobodys],
  ['its name in the CN, beside another DNS name', () => shows({ cn: name, names: [dns('a.example')] }), nobodys],
  ['an IP address alone', () => named(der(0x87, Buffer.of(127, 0, 0, 1))), nobodys],
  ['the letters of its name as an IP address', () => named(der(0x87, Buffer.from(name))), nobodys],
  ['its name as a mail address', () => named(der(0x81, Buffer.from(name))), nobodys],
  ['its name as a registered id', () => named(der(0x88, Buffer.from(name))), nobodys],
  ['its name as a directory name', () => named(der(0xa4, commonName(name))), nobodys],
  [
    'its name as another kind of name',
    () =>
      named(der(0xa0, der(6, Buffer.from('2b06010401823714020300', 'hex')), der(0xa0, der(0x0c, Buffer.from(name))))),
    nobodys,
  ],
  ['its name as a URI', () => named(uri(name)), nobodys],
  ['its line as a URI', () => named(uri(`dns:${name}`)), nobodys],
  ['its URI as a DNS name', () => named(dns(spiffe)), nobodys],
  ['the line of its URI as a DNS name', () => named(dns(`uri:${spiffe}`)), nobodys],
  ['the line of a pin as a DNS name', () => named(dns(pin(pinned))), nobodys],
  ['the line of a pin as a URI', () => named(uri(pin(pinned))), nobodys],
  ['a dot at the end', () => named(dns(`${name}.`)), nobodys],
  ['a dot at the beginning', () => named(dns(`.${name}`)), nobodys],
  ['a list in one name, as text has it', () => named(dns(`evil.example, DNS:${name}`)), odd],
  ['a list in one name, without a blank', () => named(dns(`evil.example,DNS:${name}`)), nobodys],
  ['a list in one URI', () => named(uri(`spiffe://evil.example/,URI:${spiffe}`)), nobodys],
  ['its name in quotes', () => named(dns(`"${name}"`)), nobodys],
  ['its name after a line feed', () => named(dns(`evil.example\nDNS:${name}`)), odd],
  ['its name after a quote and a comma', () => named(dns(`evil.example","DNS:${name}`)), nobodys],
  ['a blank at the end', () => named(dns(`${name} `)), odd],
  ['a backspace', () => named(dns(`x\b${name}`)), odd],
  ['a letter of another script (UTF-8)', () => named(dns(name.replace('p', '\u0440'))), odd],
  ['a letter of another script (xn--)', () => named(dns('xn--ayroll-6nf.example.com')), nobodys],
  ['wide letters', () => named(dns(name.replace('p', '\uFF50'))), odd],
  ['a letter in Latin-1', () => named(der(0x82, Buffer.from('p\u00E4yroll.example.com', 'latin1'))), odd],
  ['capitals in a URI', () => named(uri('spiffe://example.com/Payroll')), nobodys],
  ['capitals in the host of a URI', () => named(uri('spiffe://EXAMPLE.com/payroll')), nobodys],
  ['an encoded letter in a URI', () => named(uri('spiffe://example.com/%70ayroll')), nobodys],
  ['a slash at the end of a URI', () => named(uri(`${spiffe}/`)), nobodys],
  ['dots in the path of a URI', () => named(uri('spiffe://example.com/x/../payroll')), nobodys],
  ['a query after a URI', () => named(uri(`${spiffe}?`)), nobodys],
  ['no names in the extension of names', () => withNames(sequence()), nobodys],
  ['an empty name', () => named(dns(''), dns(name)), odd],
  ['names of two callers', () => named(dns(name), dns('clock.example.com')), 'refused: two_callers'],
  ['2,000 names of others', () => named(...Array.from({ length: 2000 }, (_, i) => dns(`p${i}.example.com`))), nobodys],
  // The extension of names in forms that two readers could read in two ways.
  [
    'two extensions of names',
    () => shows({ names: [], more: [altNames(dns('a.example')), altNames(dns(name))] }),
    untrusted,
  ],
  [
    'names without an end (BER)',
    () => withNames(Buffer.concat([Buffer.of(0x30, 0x80), dns(name), Buffer.of(0, 0)])),
    odd,
  ],
  [
    'a length that is longer than it need be',
    () => withNames(Buffer.concat([Buffer.of(0x30, 0x81, name.length + 2), dns(name)])),
    odd,
  ],
  ['a name in parts', () => withNames(sequence(der(0xa2, der(0x16, Buffer.from(name))))), odd],
  ['a name of a universal type', () => withNames(sequence(der(0x16, Buffer.from(name)))), untrusted],
  ['a name beside the list of names', () => withNames(Buffer.concat([sequence(dns('a.example')), dns(name)])), odd],
  ['a name in place of the list', () => withNames(dns(name)), untrusted],
  ['a name that is longer than its list', () => withNames(Buffer.of(0x30, 4, 0x82, 19, 0x70, 0x61)), untrusted],
  [
    'its name as that of the issuer',
    () => shows({ names: [], more: [extension('551d12', sequence(dns(name)))] }),
    nobodys,
  ],
  // Purpose.
  ['for servers alone', () => shows({ use: [purposes.serverAuth] }), purpose],
  ['for code alone', () => shows({ use: [purposes.codeSigning] }), purpose],
  ['for mail alone', () => shows({ use: [purposes.emailProtection] }), purpose],
  ['for no purpose', () => shows({ use: [] }), purpose],
  ['with a key that signs certificates alone', () => shows({ keyUsage: keyUsages.keyCertSign }), purpose],
  ['with a key that encrypts alone', () => shows({ keyUsage: keyUsages.keyEncipherment }), purpose],
  [
    'for servers alone, in the old way of Netscape',
    () => shows({ use: undefined, more: [extension('6086480186f8420101', der(3, Buffer.of(6, 0x40)))] }),
    purpose,
  ],
  [
    'two extensions of purpose',
    () => shows({ use: [purposes.serverAuth], more: [extendedKeyUsage([purposes.clientAuth])] }),
    untrusted,
  ],
  ['a CA in place of a program', () => shows({ ca: true, keyUsage: 0x84 }), 'refused: of_ca'],
  [
    'below a CA for servers alone',
    () => below(make({ cn: 'Web CA', ca: true, issuer: office, more: [extendedKeyUsage([purposes.serverAuth])] })),
    purpose,
  ],
  // Trust.
  ['signed by itself', () => shows({ issuer: undefined }), untrusted],
  ['signed by itself, in the name of the CA', () => shows({ issuer: undefined, cn: 'Office CA' }), untrusted],
  [
    'signed by its own key, the CA named as issuer',
    () => {
      const keys = ecKeys()
      return shows({ keys, signedBy: keys.privateKey })
    },
    untrusted,
  ],
  ['by another CA of the same name', () => shows({ issuer: impostor }), untrusted],
  ['by another CA of the same name, which is sent along', () => below(impostor), untrusted],
  ['by another CA of the same name and key id', () => shows({ issuer: impostorOfKeyId }), untrusted],
  ['by another CA of the same name and key id, which is sent along', () => below(impostorOfKeyId), untrusted],
  ['a chain that is cut', () => ({ shows: signed({ issuer: branch }) }), untrusted],
  ['a chain of another CA, of the same names', () => below(otherBranch), untrusted],
  [
    'a chain that is crossed: the other branch of the same name',
    () => ({ shows: signed({ issuer: branch }), chain: [otherBranch] }),
    untrusted,
  ],
  [
    'a chain that is crossed: a twin of the same key id',
    () => ({ shows: signed({ issuer: branch }), chain: [twin] }),
    untrusted,
  ],
  ["signed with a colleague's certificate", () => below(colleague), untrusted],
  [
    'signed with a certificate that may sign, but is no CA',
    () => below(signed({ names: [], keyUsage: 0x84 })),
    purpose,
  ],
  [
    'below a CA whose key may not sign certificates',
    () => below(make({ cn: 'X', ca: true, issuer: office, keyUsage: keyUsages.digitalSignature })),
    untrusted,
  ],
  [
    'below more CAs than one of them allows',
    () => {
      const deep = make({ cn: 'Deep CA', ca: true, issuer: branch })
      return { shows: signed({ issuer: deep }), chain: [deep, branch] }
    },
    untrusted,
  ],
  ['below a CA of version 1', () => below(make({ cn: 'Old CA', issuer: office, version: 1, extensions: [] })), purpose],
  [
    'below a CA that has expired',
    () => below(make({ cn: 'Past CA', ca: true, issuer: office, days: [-9, -1] })),
    'refused: expired',
  ],
  [
    'below a CA that is not valid yet',
    () => below(make({ cn: 'Next CA', ca: true, issuer: office, days: [1, 9] })),
    'refused: not_yet',
  ],
  ['outside of the domain that its CA may sign for', () => below(constrained(0xa0, 'other.example')), untrusted],
  ['within the domain that its CA may not sign for', () => below(constrained(0xa1, 'example.com')), untrusted],
  [
    "a colleague's valid certificate as the second one",
    () => ({ shows: shows({ issuer: undefined }).shows, chain: [good] }),
    untrusted,
  ],
  [
    'a chain of 120',
    () => {
      const chain = [office]
      for (let i = 0; i < 120; i++) chain.unshift(make({ cn: `CA ${i}`, ca: true, issuer: chain[0], keys: good.keys }))
      return { shows: signed({ issuer: chain[0] }), chain: chain.slice(0, -1) }
    },
    untrusted,
  ],
  [
    'larger than OpenSSL takes',
    () => named(...Array.from({ length: 5000 }, (_, i) => dns(`p${i}.payroll.example.com`)), dns(name)),
    'no handshake',
  ],
  // Dates.
  ['expired', () => shows({ days: [-9, -1] }), 'refused: expired'],
  ['expired a minute ago', () => shows({ days: [-9, -1 / 1440] }), 'refused: expired'],
  ['not valid yet', () => shows({ days: [1, 9] }), 'refused: not_yet'],
  ['with an end before its beginning', () => shows({ days: [9, -9] }), 'refused: not_yet'],
  [
    'with dates that are none',
    () => shows({ validity: [der(0x17, Buffer.from('000000000000Z')), der(0x17, Buffer.from('999999999999Z'))] }),
    'refused: not_yet',
  ],
  // Signature and key.
  [
    'the last bit of its signature flipped',
    () => shows({ signature: (real) => flipped(real, real.length - 1) }),
    untrusted,
  ],
  ['no signature', () => shows({ signature: () => Buffer.alloc(0) }), untrusted],
  ['a signature of zeros', () => shows({ signature: (real) => Buffer.alloc(real.length) }), untrusted],
  [
    'r and s of zero (ECDSA)',
    () => below(branch, { signature: () => sequence(der(2, Buffer.of(0)), der(2, Buffer.of(0))) }),
    untrusted,
  ],
  [
    'a name that was changed after it was signed',
    () => shows({ names: [dns('nobodys.example.com')], tampered: swapped(dns('nobodys.example.com'), dns(name)) }),
    untrusted,
  ],
  [
    'another key put in after it was signed',
    () => {
      const real = make({ cn: 'real' })
      const own = make({ cn: 'own' })
      return { shows: { ...signed({ keys: real.keys, tampered: swapped(spki(real), spki(own)) }), keyPem: own.keyPem } }
    },
    untrusted,
  ],
  [
    'the algorithm of its signature named in two ways',
    () => shows({ innerAlgorithm: sequence(der(6, Buffer.from('2a864886f70d01010c', 'hex')), der(5)) }),
    untrusted,
  ],
  ['signed with MD5', () => shows({ digest: 'md5' }), untrusted],
  ['a key of RSA with 512 bits', () => ({ ...shows({ keys: rsaKeys(512) }), maxVersion: 'TLSv1.2' }), untrusted],
  ['a key of RSA with 1024 bits', () => shows({ keys: rsaKeys(1024) }), weak],
  ['signed with SHA-1', () => shows({ digest: 'sha1' }), untrusted],
  [
    'by a CA whose RSA key has 512 bits',
    () => below(make({ cn: 'Weak CA', ca: true, issuer: office, keys: rsaKeys(512) })),
    untrusted,
  ],
  [
    'a critical extension that nobody knows',
    () => shows({ more: [extension('2a0304', octets(Buffer.of(1)), true)] }),
    untrusted,
  ],
  ['version 1, its name in the CN', () => shows({ cn: name, version: 1, extensions: [] }), nobodys],
  ['version 1 with extensions all the same', () => shows({ version: 1 }), odd],
  // Pins.
  ['the pinned key, expired', () => ({ shows: make({ keys: pinned.keys, days: [-9, -1] }) }), 'refused: expired'],
  ['the pinned key, not valid yet', () => ({ shows: make({ keys: pinned.keys, days: [1, 9] }) }), 'refused: not_yet'],
  ['another key of the same name as the pinned one', () => ({ shows: make({ cn: 'pinned' }) }), untrusted],
  ['the same by the CA', () => shows({ cn: 'pinned', names: [] }), nobodys],
  ['the pinned certificate as the second one', () => ({ shows: make({ cn: 'x' }), chain: [pinned] }), untrusted],
  ['signed with the pinned certificate', () => below(pinned), untrusted],
  ['signed by a CA whose key is pinned', () => named(dns('x.example.com')), nobodys],
  ['signed by an intermediate CA whose key is pinned', () => below(branch, { names: [dns('x.example.com')] }), nobodys],
  [
    'the pinned key put in after it was signed',
    () => {
      const real = make({ cn: 'real' })
      return {
        shows: {
          ...signed({ keys: real.keys, days: [-9, -1], tampered: swapped(spki(real), spki(pinned)) }),
          keyPem: pinned.keyPem,
        },
      }
    },
    'refused: expired',
  ],
]

const letIn: [what: string, program: () => Program, as: string][] = [
  ['ECDSA P-256', () => shows({}), 'payroll'],
  ['ECDSA P-384', () => shows({ keys: ecKeys('P-384') }), 'payroll'],
  ['RSA with 2048 bits', () => shows({ keys: rsaKeys() }), 'payroll'],
  ['RSA with 3072 bits, signed with SHA-384', () => shows({ keys: rsaKeys(3072), digest: 'sha384' }), 'payroll'],
  ['capitals in its DNS name', () => named(dns('Payroll.EXAMPLE.com')), 'payroll'],
  ['its URI', () => named(uri(spiffe)), 'payroll'],
  ['its URI and its DNS name', () => named(uri(spiffe), dns(name)), 'payroll'],
  [
    'other names and a wildcard beside its own',
    () => named(dns('*.example.com'), dns('a.example'), dns(name)),
    'payroll',
  ],
  ['for clients and servers', () => shows({ use: [purposes.serverAuth, purposes.clientAuth] }), 'payroll'],
  ['without an extension of purpose', () => shows({ use: undefined }), 'payroll'],
  ['by an intermediate CA', () => below(branch), 'payroll'],
  [
    'by an intermediate CA, the root sent along',
    () => ({ shows: signed({ issuer: branch }), chain: [branch, office] }),
    'payroll',
  ],
  ['within the domain of its CA', () => below(constrained(0xa0, 'example.com')), 'payroll'],
  ['TLS 1.2', () => ({ ...shows({}), maxVersion: 'TLSv1.2' }), 'payroll'],
  ['pinned, signed by itself', () => ({ shows: pinned }), 'pinned'],
  ['pinned, for servers alone', () => ({ shows: make({ keys: pinned.keys, use: [purposes.serverAuth] }) }), 'pinned'],
  ['pinned, of a CA that nobody knows', () => ({ shows: make({ keys: pinned.keys, issuer: impostor }) }), 'pinned'],
  ['pinned, with odd names', () => ({ shows: signed({ keys: pinned.keys, names: [dns('a\0b')] }) }), 'pinned'],
]

let listener: Listener
const endings: (() => unknown)[] = []
before(async () => {
  listener = await startTlsCallers({ after: (end) => endings.push(end) }, { text, ca: office.pem })
})
after(() => {
  for (const end of endings) end()
})

for (const [what, program, as] of letIn) {
  test(`let in: ${what}`, async () => assert.equal(await ask(listener, program()), `${as} by certificate`))
}

for (const [what, program, met] of forged) {
  test(`not let in: ${what}`, async () => {
    const handshakes = listener.state.handshakes
    assert.equal(await ask(listener, program()), met)
    // The server has come as far as the table says: its program did not fail by itself.
    assert.equal(listener.state.handshakes - handshakes, met === 'no handshake' ? 0 : 1)
  })
}
