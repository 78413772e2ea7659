import { problems } from '../../src/problems/codes.ts'
import type { Described } from '../../src/settings/setting.ts'
import { groups, sandboxGroup, sandboxSettings, settings } from '../../src/settings/settings.ts'

/** A table of Markdown. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function settingsTable(all: readonly Described[]): string {
  const rows = all.map(({ name, shownDefault, description }) => {
    const shown = ['none', 'required'].includes(shownDefault) ? shownDefault : `\`${shownDefault}\``
    return [`\`${name}\``, shown, description]
  })
  return table(['name', 'default', 'meaning'], rows)
}

/** Comment lines of at most 100 characters. */
function comment(text: string): string {
  return (text.match(/\S.{0,97}(?= |$)/g) ?? []).map((line) => `# ${line}\n`).join('')
}

function exampleOf({ name, description, default: value = '', example = value, required, file }: Described): string {
  const line = `${required ? '' : '#'}${name}=${example}\n`
  return `${comment(description)}${line}${file ? `#${name}_FILE=\n` : ''}`
}

/** config.example.env with everything after its first title as the settings have it. */
export function withExamples(document: string): string {
  const head = document.slice(0, document.indexOf('# ---- '))
  const parts = [...groups, sandboxGroup].flatMap(({ title, settings: ofGroup }) => [
    `# ---- ${title} ----\n`,
    ...ofGroup.map(exampleOf),
  ])
  return head + parts.join('\n')
}

/** The generated parts of docs/settings.md, by the name in their markers. */
export const settingsTables: Record<string, string> = {
  settings: settingsTable(settings),
  'sandbox settings': settingsTable(sandboxSettings),
}

/** The generated table of docs/errors.md; its examples are made elsewhere. */
export const errorsTable: Record<string, string> = {
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
