import { certificateWords } from '../../problems/phrases/certificate-phrases.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import type { ConfigProblem } from '../../settings/config-error.ts'
import { certificateFiles, openKey, type ReadCertificates, readCertificates } from '../../sidecar/read-certificates.ts'
import { dateAndTime, duration } from '../../words/units.ts'
import { failed, notesOf, ok, type StepOutcome, type Subject, saidByRunning, shownMode } from '../step.ts'
import { certificateStepWords } from '../words/certificate-step-words.ts'

/** The certificate of `tls:` listeners on disk, its key and the CA of callers, and how a running sidecar uses them. */
export async function certificate({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const files = certificateFiles(config)
  const say = certificateStepWords()
  if (files === undefined) return failed('configuration', say.halfSet, say.setBoth)
  const problems: ConfigProblem[] = []
  const read = await readCertificates(config, (name, problem) => problems.push({ name, problem }))
  const [problem] = problems
  if (read === undefined || problem !== undefined) {
    return failed('configuration', problem?.problem ?? say.none, say.goesOn)
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
  return ok([summary(read), ...notesOf(notes)].join('\n'))
}

function summary({ files, certificates }: ReadCertificates): string {
  const { names, issuer, validUntil } = certificates
  return certificateStepWords().pair({
    cert: files.cert,
    names: names.join(', '),
    issuer,
    until: dateAndTime(validUntil),
    left: duration(validUntil - Date.now()),
    key: [files.key, ...shownMode(files.key)].join(', '),
    clientCa: files.clientCa,
  })
}

function ofRunning({ certificates }: ReadCertificates, running: SidecarStatus['certificate']): string[] {
  if (running === undefined || running.validUntil === certificates.validUntil) return []
  return [certificateStepWords().usesOther]
}
