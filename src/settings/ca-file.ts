import { tried } from '../words/tried.ts'
import type { Say } from './setting.ts'
import { namedFile, readTextFile } from './text-file.ts'
import { textFileWords } from './text-file-words.ts'

function isCertificate(pem: string): boolean {
  // Not imported: a probe loads every setting, and this module would slow it down.
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  return tried(() => new X509Certificate(pem)) !== undefined
}

/** Reads the file of CAs that `variable` names: only the certificates in it, as PEM text. */
export function readCaFile(path: string, say: Say, variable = 'CATAPA_CA_FILE'): string | undefined {
  const file = readTextFile(path)
  const named = namedFile(path, variable)
  if ('flaw' in file) return say(`${named} ${file.flaw}`)
  const begun = file.text.match(/-----BEGIN CERTIFICATE-----/g) ?? []
  const blocks = file.text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (begun.length === 0) say(textFileWords().noCertificate(named))
  else if (blocks.length !== begun.length) say(textFileWords().cutCertificate(named))
  for (const [index, block] of blocks.entries()) {
    if (!isCertificate(block)) say(textFileWords().badCertificate(named, index + 1))
  }
  return blocks.map((block) => `${block}\n`).join('')
}
