import { createPublicKey, X509Certificate } from 'node:crypto'
import { pinOf } from '../callers/recognise/certificate.ts'
import { namesIn } from '../callers/recognise/certificate-names.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { readTextFile } from '../settings/text-file.ts'
import { printable } from '../words/printable.ts'
import { tried } from '../words/tried.ts'
import type { CommandOptions } from './command.ts'
import { shown } from './command-line.ts'
import { complain } from './complain.ts'

/** What a file says of a public key. Instants are ISO 8601; a key alone has no names and no dates. */
type Described = Readonly<{
  line: string
  subject: string | null
  /** As `certificate` lines are written. */
  names: readonly string[]
  from: string | null
  to: string | null
  /** The number of certificates in the file. */
  certificates: number
}>

/** Prints the line of a callers file that knows a program by its certificate's public key (design/promises 8.10). */
export async function printCertificate({ operands, own }: CommandOptions): Promise<number> {
  const [path, ...more] = operands
  if (path === undefined || more.length > 0) {
    return complain('certificate', 'takes one file with a certificate, as in catapa-sidecar certificate payroll.pem')
  }
  const file = readTextFile(path)
  const found = 'flaw' in file ? flawOfFile(file.flaw) : describe(file.text)
  if ('flaw' in found) return complain('certificate', `${shown(path)} ${found.flaw}`)
  const { certificates, ...described } = found
  process.stdout.write(own.json === true ? `${JSON.stringify(described)}\n` : inLines(found, Date.now()))
  return exitStatus.fine
}

const toPem = 'a certificate in DER becomes PEM by "openssl x509 -inform der -in FILE -out FILE.pem"'

function flawOfFile(flaw: string): { flaw: string } {
  return { flaw: flaw.startsWith('is neither') ? `is no text, and so no PEM: ${toPem}` : flaw }
}

function describe(text: string): Described | { flaw: string } {
  // Nothing of such a file is read, since its public key could be told from it.
  if (text.includes('PRIVATE KEY-----')) {
    return {
      flaw: 'holds a private key, which stays with its program alone: give the file with the certificate (BEGIN CERTIFICATE)',
    }
  }
  const blocks = text.match(/-----BEGIN ([A-Z\d ]+)-----[^-]+-----END \1-----/g) ?? []
  const certificates = blocks.filter((block) => /BEGIN (X509 )?CERTIFICATE-/.test(block))
  const [first] = certificates
  if (first !== undefined) return tried(() => ofCertificate(first, certificates.length)) ?? unreadable('certificate')
  const key = blocks.find((block) => /BEGIN (RSA )?PUBLIC KEY-/.test(block))
  if (key !== undefined) return tried(() => ofKey(key)) ?? unreadable('public key')
  return { flaw: `has no certificate in PEM ("-----BEGIN CERTIFICATE-----") in it: ${toPem}` }
}

const unreadable = (what: string) => ({ flaw: `has a ${what} that cannot be read` })

function ofCertificate(pem: string, certificates: number): Described {
  const certificate = new X509Certificate(pem)
  return {
    line: `certificate = ${pinOf(certificate)}`,
    subject: printable((certificate.subject ?? '').replaceAll('\n', ', ')),
    names: namesIn(certificate.raw) ?? [],
    from: new Date(certificate.validFrom).toISOString(),
    to: new Date(certificate.validTo).toISOString(),
    certificates,
  }
}

function ofKey(pem: string): Described {
  const line = `certificate = ${pinOf({ publicKey: createPublicKey(pem) })}`
  return { line, subject: null, names: [], from: null, to: null, certificates: 0 }
}

/** All but the line itself are comments, so that the whole can stand in a callers file. */
function inLines({ line, subject, names, from, to, certificates }: Described, now: number): string {
  const comments = [
    ...(certificates > 1
      ? [`The first of ${certificates} certificates in the file, which its program shows first`]
      : []),
    ...(subject === null ? [] : [`Subject: ${subject === '' ? 'none' : subject}`]),
    ...(from === null || to === null ? [] : [`Valid from ${from} to ${to}${judged(from, to, now)}`]),
    ...names.map((name) => `By name, where SIDECAR_TLS_CLIENT_CA_FILE has its CA: certificate = ${name}`),
  ]
  return [...comments.map((comment) => `# ${comment}`), line, ''].join('\n')
}

function judged(from: string, to: string, now: number): string {
  if (now < Date.parse(from)) return ', so not yet'
  return now > Date.parse(to) ? ', so no longer: its program is refused' : ''
}
