import { problems } from '../../src/problems/problem.ts'
import { sandboxSettings, settings } from '../../src/settings/schema.ts'

type Setting = { name: string; shownDefault: string | undefined; description: string }

/** A table of Markdown. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function settingsTable(all: readonly Setting[]): string {
  const rows = all.map(({ name, shownDefault, description }) => {
    const shown = shownDefault === undefined || shownDefault === '' ? 'none' : shownDefault
    return [`\`${name}\``, ['none', 'required'].includes(shown) ? shown : `\`${shown}\``, description]
  })
  return table(['name', 'default', 'meaning'], rows)
}

/** The generated parts of the README, by the name in their markers. */
export const readmeTables: Record<string, string> = {
  settings: settingsTable(settings),
  'sandbox settings': settingsTable(sandboxSettings),
  errors: table(
    ['code', 'status', 'when'],
    Object.entries(problems).map(([code, { status, when }]) => [`\`${code}\``, String(status), when]),
  ),
}

/** A document with every generated part replaced. */
export function withTables(document: string, tables: Record<string, string>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const part = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`)
    if (!part.test(text)) throw new Error(`no part "${name}"`)
    return text.replace(part, () => `<!-- ${name} -->\n${content}\n<!-- /${name} -->`)
  }, document)
}
