import type { CertificateFiles, Certificates, DateFlaw } from '../certificates/certificate-files.ts'
import { findCertificates } from '../certificates/find-certificates.ts'
import { judgeCertificates } from '../certificates/judge-certificates.ts'
import { certificatePhrases, certificateWords } from '../problems/phrases/certificate-phrases.ts'
import type { Config } from '../settings/config.ts'
import type { Report } from '../settings/config-error.ts'
import { judgeMode } from '../settings/file-mode.ts'
import { tooOpen } from '../settings/open-secrets.ts'
import { secretWords } from '../settings/secret-words.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'
import { tried } from '../words/tried.ts'

/** What `tls:` listeners begin with. `flaw`: callers refuse it, and it is used all the same, so that they say why. */
export type ReadCertificates = Readonly<{
  files: CertificateFiles
  certificates: Certificates
  flaw: DateFlaw | undefined
  /** Sentences to log once. */
  warnings: readonly string[]
}>

type Settings = Pick<Config, 'tlsCertFile' | 'tlsKeyFile' | 'tlsClientCaFile'>

/** The files of the settings; undefined unless both of a pair are named. */
export function certificateFiles({ tlsCertFile, tlsKeyFile, tlsClientCaFile }: Settings): CertificateFiles | undefined {
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return undefined
  return { cert: tlsCertFile, key: tlsKeyFile, clientCa: tlsClientCaFile }
}

/** Reads and judges the files, if there are any. A pair that does not fit is reported (design/promises 14.3). */
export async function readCertificates(settings: Settings, report: Report): Promise<ReadCertificates | undefined> {
  const files = certificateFiles(settings)
  if (files === undefined) return undefined
  const { certificates, flaw } = judgeCertificates(await findCertificates(files), Date.now())
  if (certificates === undefined) {
    const { happened, remedy } = certificateWords(flaw)
    report(settingAtFault(flaw.kind, 'file' in flaw ? flaw.file : undefined), `${happened}. ${remedy}`)
    return undefined
  }
  const open = openKey(files.key)
  const warnings = [
    ...(certificates.names.length === 0 ? [certificatePhrases().noNames] : []),
    ...(open === undefined ? [] : [secretWords().othersCanRead(secretWords().privateKey, open)]),
  ]
  return { files, certificates, flaw, warnings }
}

/** Whether others can read the file of the key. */
export function openKey(file: string) {
  const source = { variable: sidecarSettings.tlsKeyFile.name, file, value: undefined, inConfig: false, wins: false }
  return tried(() => tooOpen(source, file, judgeMode(file)))
}

function settingAtFault(kind: string, file: keyof CertificateFiles | undefined): string {
  if (file === 'clientCa' || kind === 'no_ca' || kind === 'cas_ended') return sidecarSettings.tlsClientCaFile.name
  return file === 'key' || kind.endsWith('_key') ? sidecarSettings.tlsKeyFile.name : sidecarSettings.tlsCertFile.name
}
