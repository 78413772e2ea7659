import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { errorCode } from '../files/errno.ts'
import { tried } from '../words/tried.ts'
import type {
  CertificateFlaw,
  Certificates,
  DateFlaw,
  FoundCertificates,
  JudgedCertificates,
} from './certificate-files.ts'

/**
 * Judges certificate, key and client CA as a whole before they are used (design/promises 14.3).
 *
 * @param now on the wall clock
 */
export function judgeCertificates({ cert, key, clientCa }: FoundCertificates, now: number): JudgedCertificates {
  if ('flaw' in cert) return unusable({ kind: 'unreadable', file: 'cert', flaw: cert.flaw })
  if ('flaw' in key) return unusable({ kind: 'unreadable', file: 'key', flaw: key.flaw })
  const chain = readChain(cert.text, 'cert')
  if ('kind' in chain) return unusable(chain)
  const readKey = readPrivateKey(key.text)
  if ('kind' in readKey) return unusable(readKey)
  const flaw = flawOfPair(chain.certificates, readKey) ?? flawOfOrder(chain.certificates)
  if (flaw !== undefined) return unusable(flaw)
  const ofCallers = clientCa === undefined ? undefined : readClientCa(clientCa, now)
  if (ofCallers !== undefined && 'kind' in ofCallers) return unusable(ofCallers)
  const pem = { cert: chain.pem, key: key.text, clientCa: ofCallers?.pem }
  const refused = refusedByOpenSsl(pem)
  if (refused !== undefined) return unusable(refused)
  const certificates = { ...pem, ...shownBy(chain.certificates) }
  return { certificates, flaw: flawOfDates(certificates, now) }
}

/** Whether callers refuse a certificate for its dates. */
export function flawOfDates(
  { validFrom, validUntil }: Pick<Certificates, 'validFrom' | 'validUntil'>,
  now: number,
): DateFlaw | undefined {
  if (now > validUntil) return { kind: 'ended', until: validUntil }
  return now < validFrom ? { kind: 'not_yet', from: validFrom } : undefined
}

function unusable(flaw: CertificateFlaw): JudgedCertificates {
  return { certificates: undefined, flaw }
}

type Chain = Readonly<{ certificates: readonly [X509Certificate, ...X509Certificate[]]; pem: string }>

function readChain(text: string, file: 'cert' | 'clientCa'): Chain | CertificateFlaw {
  const begun = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? []
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (begun.length === 0) return { kind: 'no_certificate', file }
  if (blocks.length !== begun.length) return { kind: 'cut_certificate', file }
  const read = blocks.map((block) => tried(() => new X509Certificate(block)))
  const at = read.indexOf(undefined) + 1
  const [first, ...others] = read.flatMap((one) => one ?? [])
  if (at > 0 || first === undefined) return { kind: 'bad_certificate', file, at }
  return { certificates: [first, ...others], pem: blocks.map((block) => `${block}\n`).join('') }
}

/** OpenSSL's own errors could quote what it read, so none of them is passed on. */
function readPrivateKey(text: string): KeyObject | CertificateFlaw {
  const begun = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g) ?? []
  const ended = text.match(/-----END [A-Z ]*PRIVATE KEY-----/g) ?? []
  if (begun.length === 0) return { kind: 'no_key' }
  if (begun.length > 1) return { kind: 'several_keys' }
  if (ended.length === 0) return { kind: 'cut_key' }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:[^\n]*ENCRYPTED/m.test(text)) return { kind: 'encrypted_key' }
  return tried(() => createPrivateKey(text)) ?? { kind: 'bad_key' }
}

function flawOfPair([own, ...others]: Chain['certificates'], key: KeyObject): CertificateFlaw | undefined {
  if (own.checkPrivateKey(key)) return undefined
  const at = others.findIndex((other) => other.checkPrivateKey(key))
  return at === -1 ? { kind: 'other_key' } : { kind: 'key_of_another', at: at + 2 }
}

/** Each has to be issued and signed by the next one (RFC 5246 §7.4.2): OpenSSL sends them as they stand. */
function flawOfOrder(chain: Chain['certificates']): CertificateFlaw | undefined {
  for (const [index, issuer] of chain.entries()) {
    const issued = chain[index - 1]
    if (issued !== undefined && !isIssued(issued, issuer)) return { kind: 'wrong_order', at: index + 1 }
  }
  return undefined
}

function isIssued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && tried(() => certificate.verify(issuer.publicKey)) === true
}

function readClientCa(file: NonNullable<FoundCertificates['clientCa']>, now: number): Chain | CertificateFlaw {
  if ('flaw' in file) return { kind: 'unreadable', file: 'clientCa', flaw: file.flaw }
  const read = readChain(file.text, 'clientCa')
  if ('kind' in read) return read
  const at = read.certificates.findIndex((one) => !one.ca && !one.checkIssued(one)) + 1
  if (at > 0) return { kind: 'no_ca', at }
  const until = Math.max(...read.certificates.map((one) => Date.parse(one.validTo)))
  return now > until ? { kind: 'cas_ended', until } : read
}

/** What OpenSSL refuses, such as a key that is too short, shows before anything is replaced. */
function refusedByOpenSsl({ cert, key, clientCa }: Pick<Certificates, 'cert' | 'key' | 'clientCa'>) {
  try {
    createSecureContext({ cert, key, ca: clientCa ?? [] })
    return undefined
  } catch (error) {
    return { kind: 'unusable', code: errorCode(error) ?? 'no code' } as const
  }
}

/** A root at the end of a chain is not looked at by callers, who have their own copy. */
function shownBy(chain: Chain['certificates']): Omit<Certificates, 'cert' | 'key' | 'clientCa'> {
  const [own, ...others] = chain
  const looked = [own, ...others.filter((one) => !one.checkIssued(one))]
  const names = namesOf(own)
  return {
    names,
    hosts: new Set(names.filter((name) => isIP(name) === 0 && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name))),
    issuer: /(?:^|\n)CN=([^\n]{1,100})/.exec(own.issuer)?.[1] ?? /(?:^|\n)O=([^\n]{1,100})/.exec(own.issuer)?.[1] ?? '',
    validFrom: Math.max(...looked.map((one) => Date.parse(one.validFrom))),
    validUntil: Math.min(...looked.map((one) => Date.parse(one.validTo))),
  }
}

/**
 * The names of subjectAltName. Node quotes a name in which a separator stands (CVE-2021-44532): such a one is no host name and
 * is left out with all that is not plain.
 */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((name) => {
    const [, host] = /^(?:DNS|IP Address):([\w.*:-]+)$/.exec(name) ?? []
    return host?.toLowerCase().replace(/\.$/, '') ?? []
  })
}
