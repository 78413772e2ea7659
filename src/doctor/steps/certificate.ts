import { certificateWords } from '../../problems/phrases/certificate-phrases.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import type { ConfigProblem } from '../../settings/config-error.ts'
import { certificateFiles, openKey, type ReadCertificates, readCertificates } from '../../sidecar/read-certificates.ts'
import { dateAndTime, duration } from '../../words/units.ts'
import { failed, ok, type StepOutcome, type Subject, saidByRunning, shownMode } from '../step.ts'

/** The certificate of `tls:` listeners on disk, its key and the CA of callers, and how a running sidecar uses them. */
export async function certificate({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const files = certificateFiles(config)
  if (files === undefined) {
    return failed(
      'configuration',
      'one of SIDECAR_TLS_CERT_FILE and SIDECAR_TLS_KEY_FILE is set without the other',
      'Set both, or none.',
    )
  }
  const problems: ConfigProblem[] = []
  const read = await readCertificates(config, (name, problem) => problems.push({ name, problem }))
  const [problem] = problems
  if (read === undefined || problem !== undefined) {
    return failed('configuration', problem?.problem ?? 'there are no certificates', goesOn)
  }
  if (read.flaw !== undefined) {
    const { happened, remedy } = certificateWords(read.flaw)
    return failed('configuration', happened, remedy)
  }
  const open = openKey(files.key)
  if (open !== undefined) return failed('configuration', open.is, open.remedy)
  const running = (await ourSidecar())?.certificate
  if (running?.problem !== undefined) return saidByRunning('configuration', running.problem)
  const notes = [...read.warnings, ...ofRunning(read, running)]
  return ok([summary(read), ...notes.map((note) => `Note: ${note}`)].join('\n'))
}

const goesOn =
  'Put files there that belong together. A running sidecar goes on with the earlier ones, but could not be started again.'

function summary({ files, certificates }: ReadCertificates): string {
  const { names, issuer, validUntil } = certificates
  const whom = names.length === 0 ? 'without names' : `for ${names.join(', ')}`
  const by = issuer === '' ? '' : `, issued by ${issuer}`
  const callers = files.clientCa === undefined ? '' : `, callers are believed by the CAs in ${files.clientCa}`
  return `the file ${files.cert}, ${whom}${by}, until ${dateAndTime(validUntil)}, in ${duration(validUntil - Date.now())}; the key ${[files.key, ...shownMode(files.key)].join(', ')}${callers}`
}

function ofRunning({ certificates }: ReadCertificates, running: SidecarStatus['certificate']): string[] {
  if (running === undefined || running.validUntil === certificates.validUntil) return []
  return ['the running sidecar uses another certificate, which it read before; a change is in use within 5 seconds']
}
