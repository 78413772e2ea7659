import { digestOf, newKey } from '../callers/key.ts'
import { exitStatus } from '../problems/exit-status.ts'

/** A new key of a caller, on standard output only (design/promises 8.10). */
export function printNewKey(): number {
  const key = newKey()
  process.stdout.write(`${key}
key = sha256:${digestOf(key)}

The first line is the key, for the program that calls and for nobody else. The second belongs into the program's section
of the callers file. Nothing is stored: the key cannot be shown again.
`)
  return exitStatus.fine
}
