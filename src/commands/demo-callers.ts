import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, newKey } from '../callers/key.ts'
import { demoWords } from './demo-words.ts'

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
  const { callersFile: above, everyoneElse } = demoWords()
  return `${above.map((line) => `# ${line}`).join('\n')}

[export]
key     = sha256:${digestOf(exportKey)}
profile = read-only

[time-clock]
key     = sha256:${digestOf(clockKey)}
profile = time-import

# ${everyoneElse}
[*]
profile = full
`
}
