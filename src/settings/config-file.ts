import type { Report } from './config-error.ts'
import { configFileWords } from './config-file-words.ts'
import { expectedWords } from './expected-words.ts'
import { settingWords } from './setting-words.ts'
import { readTextFile } from './text-file.ts'

/** A value and the line of the `--config` file that it stands in, counted from 1. */
export type Entry = Readonly<{ value: string; line: number }>

function unquoted(value: string): string {
  const first = value[0]
  return value.length > 1 && (first === '"' || first === "'") && value.endsWith(first) ? value.slice(1, -1) : value
}

/** A command may begin and end with quotes of different words. */
function commandOrUnquoted(name: string, text: string): string {
  const value = unquoted(text)
  return name.endsWith('_COMMAND') && value.includes(text[0] ?? '') ? text : value
}

function flawOf(name: string, line: string): string | undefined {
  if (/^export\s/.test(name)) return configFileWords().ofShell
  if (!line.includes('=')) return configFileWords().noPair
  return /^[A-Za-z_][\w.-]*$/.test(name) ? undefined : configFileWords().noName
}

/**
 * The lines of a configuration file (design/promises 1.10): `NAME=value`, where the value is all after the first `=`,
 * trimmed, less one surrounding pair of quotes, without escapes. `util.parseEnv` won't do: it ends `ab#cd` at the `#`
 * and lets a stray quote swallow the lines that follow.
 */
export function parseConfigText(text: string, report: Report): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const name = (line.split('=', 1)[0] ?? '').trim()
    const flaw = flawOf(name, line)
    const earlier = entries.get(name)
    // The text of the line is not told, since a broken line can be a piece of a secret; nor is a name that may not be one.
    if (flaw !== undefined) report('--config', configFileWords().inLine(index + 1, flaw))
    else if (earlier) report('--config', configFileWords().sameName(index + 1, earlier.line))
    else
      entries.set(name, { value: commandOrUnquoted(name, line.slice(line.indexOf('=') + 1).trim()), line: index + 1 })
  }
  return entries
}

/** Reads the file of `--config`; problems are reported under that name. If it cannot be read, no other problem is told. */
export function readConfigFile(path: string, report: Report): Map<string, Entry> {
  if (path === '') {
    report('--config', settingWords().shouldBe(expectedWords().file), 'alone')
    return new Map()
  }
  const file = readTextFile(path)
  if ('text' in file) return parseConfigText(file.text, report)
  report('--config', `${path} ${file.flaw}`, 'alone')
  return new Map()
}
