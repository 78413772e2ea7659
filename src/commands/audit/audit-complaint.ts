import { exitStatus } from '../../problems/exit-status.ts'

/** Says how `audit` is used. @returns the exit status */
export function auditMisuse(sentence: string): number {
  return auditComplaint(sentence, exitStatus.configuration)
}

/** Writes a sentence to standard error. @returns the exit status */
export function auditComplaint(sentence: string, status: number): number {
  process.stderr.write(`catapa-sidecar audit: ${sentence}\n`)
  return status
}
