import { createPublicKey, X509Certificate } from 'node:crypto'
import { pinOf } from '../callers/recognise/certificate.ts'
import { namesIn } from '../callers/recognise/certificate-names.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { readTextFile, type TextFile } from '../settings/text-file.ts'
import { printable } from '../words/printable.ts'
import { tried } from '../words/tried.ts'
import { certificateWords } from './certificate-words.ts'
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
    return complain('certificate', certificateWords().takes)
  }
  const file = readTextFile(path)
  const found = 'flaw' in file ? flawOfFile(file) : describe(file.text)
  if ('flaw' in found) return complain('certificate', `${shown(path)} ${found.flaw}`)
  const { certificates, ...described } = found
  process.stdout.write(own.json === true ? `${JSON.stringify(described)}\n` : inLines(found, Date.now()))
  return exitStatus.fine
}

function flawOfFile({ flaw, noText }: Extract<TextFile, { flaw: string }>): { flaw: string } {
  return { flaw: noText === true ? certificateWords().noText : flaw }
}

function describe(text: string): Described | { flaw: string } {
  // Nothing of such a file is read, since its public key could be told from it.
  if (text.includes('PRIVATE KEY-----')) {
    return { flaw: certificateWords().privateKey }
  }
  const blocks = text.match(/-----BEGIN ([A-Z\d ]+)-----[^-]+-----END \1-----/g) ?? []
  const certificates = blocks.filter((block) => /BEGIN (X509 )?CERTIFICATE-/.test(block))
  const [first] = certificates
  if (first !== undefined) return tried(() => ofCertificate(first, certificates.length)) ?? unreadable('certificate')
  const key = blocks.find((block) => /BEGIN (RSA )?PUBLIC KEY-/.test(block))
  if (key !== undefined) return tried(() => ofKey(key)) ?? unreadable('key')
  return { flaw: certificateWords().nothingInIt }
}

const unreadable = (what: 'certificate' | 'key') => ({ flaw: certificateWords().unreadable[what] })

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
  const said = certificateWords()
  const comments = [
    ...(certificates > 1 ? [said.firstOf(certificates)] : []),
    ...(subject === null ? [] : [said.subject(subject)]),
    ...(from === null || to === null ? [] : [said.valid(from, to, judged(from, to, now))]),
    ...names.map(said.byName),
  ]
  return [...comments.map((comment) => `# ${comment}`), line, ''].join('\n')
}

function judged(from: string, to: string, now: number): 'early' | 'fine' | 'over' {
  if (now < Date.parse(from)) return 'early'
  return now > Date.parse(to) ? 'over' : 'fine'
}
