import { exitStatus } from '../../problems/exit-status.ts'

/** Says how `policy` is used. @returns the exit status */
export function misuse(sentence: string): number {
  process.stderr.write(`catapa-sidecar policy: ${sentence}\n`)
  return exitStatus.configuration
}
