import { digestOf, newKey } from '../callers/key.ts'
import { exitStatus } from '../problems/exit-status.ts'
import type { CommandOptions } from './command.ts'
import { keyWords } from './key-words.ts'

/** Prints a new key for a caller, on standard output only (design/promises 8.10). */
export function printNewKey({ own }: CommandOptions): number {
  const key = newKey()
  const line = `key = sha256:${digestOf(key)}`
  if (own.json === true) {
    process.stdout.write(`${JSON.stringify({ key, line })}\n`)
    return exitStatus.fine
  }
  process.stdout.write(`${key}\n${line}\n\n${keyWords().remarks}`)
  return exitStatus.fine
}
