// Writes the generated parts of the documentation anew: npm run docs
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../src/words/language.ts'
import { auditDay } from '../support/audit-day.ts'
import { callersTables, errorsTable, settingsTables, withExamples, withTables } from '../support/docs-tables.ts'
import { errorExamples, errorPages, shown } from '../support/error-examples.ts'
import { fleetTable } from '../support/fleet.ts'
import { indonesianCallersTables, indonesianErrorsTable } from '../support/indonesian-tables.ts'
import { metricsDocument } from '../support/metrics-document.ts'
import { type Ending, root } from '../support/sidecar.ts'

function update(path: string, parts: Record<string, string>): void {
  const file = join(root, path)
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), parts))
}

/** What it makes of servers that are ended at once. */
async function once<Made>(make: (t: Ending) => Promise<Made>): Promise<Made> {
  const ends: (() => unknown)[] = []
  const made = await make({ after: (end) => ends.unshift(end) })
  for (const end of ends) await end()
  return made
}

/** Each example in this language, from a sidecar of its own. */
async function examples(language: Language): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [code, produce] of Object.entries(errorExamples)) {
    found[`example ${code}`] = `\`\`\`\n${shown(await once((t) => produce(t, { language })))}\n\`\`\``
  }
  return found
}

update('docs/settings.md', settingsTables)
update('docs/callers.md', callersTables)
const example = join(root, 'config.example.env')
writeFileSync(example, withExamples(readFileSync(example, 'utf8')))
update('docs/id/callers.md', indonesianCallersTables)
update(errorPages.en, { ...errorsTable, ...(await examples('en')) })
update(errorPages.id, { ...indonesianErrorsTable, ...(await examples('id')) })
update('docs/audit.md', { 'a day': `\`\`\`\n${await once(auditDay)}\`\`\`` })
update('docs/scale.md', { 'a day': await fleetTable() })
writeFileSync(join(root, 'docs/metrics.md'), await metricsDocument())
process.exit(0)
