import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, newKey } from '../callers/key.ts'

/** The callers file of `demo`, and the keys of its two callers. */
export type DemoCallers = Readonly<{ file: string; exportKey: string; clockKey: string }>

/**
 * Writes a callers file with two named callers; everyone else may do everything (design/promises 8.10). It is a real callers
 * file, for users to look at and to change.
 */
export function makeDemoCallers(folder: string): DemoCallers {
  const file = join(folder, 'callers.ini')
  const [exportKey, clockKey] = [newKey(), newKey()]
  writeFileSync(file, callersFile(exportKey, clockKey), { mode: 0o600 })
  return { file, exportKey, clockKey }
}

function callersFile(exportKey: string, clockKey: string): string {
  return `# The callers of this demo. Change it and look at the status page: it is read again within 5 seconds.
# The keys were printed when the demo started; here are only their digests. The file goes when the demo ends.

[export]
key     = sha256:${digestOf(exportKey)}
profile = read-only

[time-clock]
key     = sha256:${digestOf(clockKey)}
profile = time-import

# Everyone else: programs without a key.
[*]
profile = full
`
}
