// Certificates of callers and of their CAs, right and wrong ones (RFC 5280, X.690): what the `openssl` command refuses to make, too.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, commonName, der, octets, sequence, time } from './certificate.ts'

export type Keys = Readonly<{ publicKey: KeyObject; privateKey: KeyObject }>

/** What a certificate says. Whatever is left out is as a good one of a program has it. */
export type Wanted = Readonly<{
  cn?: string
  keys?: Keys
  /** Itself where there is none. */
  issuer?: Made | undefined
  names?: readonly Buffer[]
  /** In place of all that `names`, `ca` and `use` would make. */
  extensions?: readonly Buffer[]
  more?: readonly Buffer[]
  /** A CA, with so many CAs below it at most. */
  ca?: boolean | number
  /** Key purposes, as object identifiers in hex; undefined: no such extension. */
  use?: readonly string[] | undefined
  keyUsage?: number
  days?: readonly [from: number, to: number]
  validity?: readonly Buffer[]
  version?: 1 | 3
  digest?: 'sha256' | 'sha1' | 'md5' | 'sha384'
  /** Of the issuer's key: by whom it is really signed. */
  signedBy?: KeyObject
  signature?: (real: Buffer) => Buffer
  tampered?: (toBeSigned: Buffer) => Buffer
  innerAlgorithm?: Buffer
  keyId?: Buffer
}>

export type Made = Readonly<{ cn: string; keys: Keys; raw: Buffer; pem: string; keyPem: string; keyId: Buffer }>

export const purposes = {
  clientAuth: '2b06010505070302',
  serverAuth: '2b06010505070301',
  codeSigning: '2b06010505070303',
  emailProtection: '2b06010505070304',
  any: '551d2500',
}

/** Bits of keyUsage (RFC 5280 §4.2.1.3). */
export const keyUsages = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04 }

export const ecKeys = (namedCurve = 'P-256'): Keys => generateKeyPairSync('ec', { namedCurve })
export const rsaKeys = (modulusLength = 2048): Keys => generateKeyPairSync('rsa', { modulusLength })

const yes = der(1, Buffer.of(0xff))
const integer = (value: number) => der(2, Buffer.of(value))
const identifier = (hex: string) => der(6, Buffer.from(hex, 'hex'))

export function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(identifier(id), ...(critical ? [yes] : []), octets(value))
}

export const dns = (text: string) => der(0x82, Buffer.from(text))
export const uri = (text: string) => der(0x86, Buffer.from(text))
export const altNames = (...names: Buffer[]) => extension('551d11', sequence(...names))

export function make(wanted: Wanted): Made {
  const { cn = 'payroll', keys = ecKeys(), issuer, days = [-1, 30], version = 3 } = wanted
  const signer = wanted.signedBy ?? issuer?.keys.privateKey ?? keys.privateKey
  const algorithm = algorithmOf(signer, wanted.digest)
  const keyId = wanted.keyId ?? createHash('sha1').update(spkiOf(keys.publicKey)).digest()
  const all = wanted.extensions ?? extensionsOf(wanted, keyId)
  const toBeSigned = sequence(
    ...(version === 3 ? [der(0xa0, integer(2))] : []),
    der(2, Buffer.of(1), randomBytes(8)),
    wanted.innerAlgorithm ?? algorithm,
    commonName(issuer?.cn ?? cn),
    sequence(...(wanted.validity ?? days.map((day) => time(Date.now() + day * 86_400_000)))),
    commonName(cn),
    spkiOf(keys.publicKey),
    ...(all.length === 0 ? [] : [der(0xa3, sequence(...all))]),
  )
  const signature = sign(digestFor(signer, wanted.digest), toBeSigned, signer)
  const raw = sequence(
    wanted.tampered?.(toBeSigned) ?? toBeSigned,
    algorithm,
    bits(wanted.signature?.(signature) ?? signature),
  )
  const keyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { cn, keys, raw, pem: pemOf(raw), keyPem, keyId }
}

function extensionsOf(
  { ca = false, use = [purposes.clientAuth], names = [], more = [], ...wanted }: Wanted,
  keyId: Buffer,
) {
  const isCa = ca !== false
  const usage = wanted.keyUsage ?? (isCa ? keyUsages.keyCertSign : keyUsages.digitalSignature)
  const constraints = isCa ? sequence(yes, ...(ca === true ? [] : [integer(ca)])) : sequence()
  const issuerKeyId = wanted.issuer?.keyId ?? keyId
  return [
    extension('551d13', constraints, true),
    ...(usage === 0 ? [] : [extension('551d0f', der(3, Buffer.of(0, usage)), true)]),
    ...(isCa || use === undefined ? [] : [extendedKeyUsage(use)]),
    extension('551d0e', octets(keyId)),
    extension('551d23', sequence(der(0x80, issuerKeyId))),
    ...(names.length === 0 ? [] : [altNames(...names)]),
    ...more,
  ]
}

export function extendedKeyUsage(use: readonly string[]): Buffer {
  return extension('551d25', sequence(...use.map(identifier)))
}

function digestFor(key: KeyObject, digest = 'sha256'): string | null {
  return key.asymmetricKeyType === 'ed25519' ? null : digest
}

function algorithmOf(key: KeyObject, digest: NonNullable<Wanted['digest']> = 'sha256'): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sequence(identifier('2b6570'))
  if (key.asymmetricKeyType === 'ec') {
    const ids = { sha256: '2a8648ce3d040302', sha384: '2a8648ce3d040303', sha1: '2a8648ce3d0401', md5: '' }
    return sequence(identifier(ids[digest]))
  }
  const last = { sha256: '0b', sha384: '0c', sha1: '05', md5: '04' }
  return sequence(identifier(`2a864886f70d0101${last[digest]}`), der(5))
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

export function pemOf(raw: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}
