// Node can read certificates and not make them, and not every machine has the `openssl` command: here is as much of
// X.509 (RFC 5280) and DER (X.690) as a test's TLS server needs.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'

export type CertificateOptions = {
  /** Whom it names. */
  cn: string
  /** Who issues it: a CA of this name, made for it. Without, it is self-signed. */
  issuerCn?: string
  /** Names and IPv4 addresses that it is for. */
  hosts: readonly string[]
  /** It was valid for one day in 2020. */
  expired?: boolean
}

/** All PEM. `ca` is what somebody has to trust: the issuer, or the certificate itself when it is self-signed. */
export type Certificate = { key: string; cert: string; ca: string }

/** A CA of a test. `pem`: its own certificate. */
export type Authority = {
  pem: string
  /** A certificate for hosts, none: without names; valid from and until these instants. */
  issue(cn: string, hosts: readonly string[], validity?: Validity): { cert: string; key: string }
  /** A CA below it. */
  below(cn: string): Authority
}

export function makeAuthority(cn: string): Authority {
  const own = party(cn)
  return authorityOf(own, certificate(own, own, ofCa(), lately()))
}

function authorityOf(own: Party, pem: string): Authority {
  return {
    pem,
    issue(cn, hosts, validity = lately()) {
      const subject = party(cn)
      const extensions = hosts.length === 0 ? forClients() : forHosts(hosts)
      return { cert: certificate(subject, own, extensions, validity), key: keyOf(subject) }
    },
    below(cn) {
      const subject = party(cn)
      return authorityOf(subject, certificate(subject, own, ofCa(), lately()))
    },
  }
}

function keyOf({ privateKey }: Party): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

type Party = { cn: string; publicKey: KeyObject; privateKey: KeyObject }

export function makeCertificate({ cn, issuerCn, hosts, expired = false }: CertificateOptions): Certificate {
  const server = party(cn)
  const issuer = issuerCn === undefined ? server : party(issuerCn)
  const longAgo: Validity = [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 2)]
  const cert = certificate(server, issuer, forHosts(hosts), expired ? longAgo : lately())
  const ca = issuer === server ? cert : certificate(issuer, issuer, ofCa(), lately())
  return { key: keyOf(server), cert, ca }
}

function party(cn: string): Party {
  return { cn, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
}

type Validity = readonly [from: number, to: number]

function lately(): Validity {
  const now = Date.now()
  return [now - 3_600_000, now + 10 * 24 * 3_600_000]
}

function certificate(subject: Party, issuer: Party, extensions: Buffer, validity: Validity): string {
  const algorithm = sequence(oid.ecdsaWithSha256)
  const toBeSigned = sequence(
    der(0xa0, der(2, Buffer.of(2))), // Version 3.
    der(2, Buffer.of(1), randomBytes(8)),
    algorithm,
    commonName(issuer.cn),
    sequence(...validity.map(time)),
    commonName(subject.cn),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const whole = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, issuer.privateKey)))
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

function forHosts(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 0 ? der(0x82, Buffer.from(host)) : der(0x87, Buffer.from(host.split('.').map(Number))),
  )
  return sequence(sequence(oid.subjectAltName, octets(sequence(...names))))
}

function forClients(): Buffer {
  return sequence(sequence(oid.basicConstraints, octets(sequence())))
}

function ofCa(): Buffer {
  const yes = der(1, Buffer.of(0xff))
  const keyCertSign = der(3, Buffer.of(2, 0b100))
  return sequence(
    sequence(oid.basicConstraints, yes, octets(sequence(yes))), // Critical; a CA.
    sequence(oid.keyUsage, yes, octets(keyCertSign)),
  )
}

export function commonName(cn: string): Buffer {
  return sequence(der(0x31, sequence(oid.commonName, der(0x0c, Buffer.from(cn)))))
}

/** As `261124090000Z`. */
export function time(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`))
}

/** A value with its tag and length before it. */
export function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const digits = [length >> 16, (length >> 8) & 0xff, length & 0xff]
  const long = digits.slice(length < 256 ? 2 : length < 65_536 ? 1 : 0)
  return Buffer.concat([Buffer.of(tag, ...(length < 128 ? [length] : [0x80 + long.length, ...long])), value])
}

export function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

export function octets(value: Buffer): Buffer {
  return der(4, value)
}

export function bits(value: Buffer): Buffer {
  return der(3, Buffer.of(0), value)
}

export const oid = {
  commonName: der(6, Buffer.from('550403', 'hex')),
  keyUsage: der(6, Buffer.from('551d0f', 'hex')),
  subjectAltName: der(6, Buffer.from('551d11', 'hex')),
  basicConstraints: der(6, Buffer.from('551d13', 'hex')),
  ecdsaWithSha256: der(6, Buffer.from('2a8648ce3d040302', 'hex')),
}
