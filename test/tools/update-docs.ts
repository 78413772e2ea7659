// Writes the generated parts of the documentation anew: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callersTables, errorsTable, settingsTables, withExamples, withTables } from '../support/docs-tables.ts'
import { errorExamples, shown } from '../support/error-examples.ts'
import { metricsDocument } from '../support/metrics-document.ts'
import { root } from '../support/sidecar.ts'

function update(path: string, parts: Record<string, string>): void {
  const file = join(root, path)
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), parts))
}

/** Each example from a sidecar of its own. */
async function examples(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [code, produce] of Object.entries(errorExamples)) {
    const ends: (() => unknown)[] = []
    const answer = await produce({ after: (end) => ends.unshift(end) })
    for (const end of ends) await end()
    found[`example ${code}`] = `\`\`\`\n${shown(answer)}\n\`\`\``
  }
  return found
}

update('docs/settings.md', settingsTables)
update('docs/callers.md', callersTables)
const example = join(root, 'config.example.env')
writeFileSync(example, withExamples(readFileSync(example, 'utf8')))
update('docs/errors.md', { ...errorsTable, ...(await examples()) })
writeFileSync(join(root, 'docs/metrics.md'), await metricsDocument())
process.exit(0)
