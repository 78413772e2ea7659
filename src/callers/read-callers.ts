import { type Stats, statSync } from 'node:fs'
import { printable } from '../log/printable.ts'
import { shellWord } from '../problems/shell-word.ts'
import { ConfigError } from '../settings/config-error.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'
import { readTextFile, type TextFile } from '../settings/text-file.ts'
import { type CallersSettings, checkSections } from './between-sections.ts'
import type { CallersFile } from './caller.ts'
import { parseCallers } from './callers-file.ts'
import { linuxUser } from './linux-user.ts'

/** A callers file as it lies there, not judged yet; `at`: when it was last written. */
export type FoundCallers = Readonly<{ path: string; mode: number; at: number; file: TextFile }>

/** More than anybody writes. Whoever follows the file reads all of it each time. */
const mostBytes = 1024 * 1024

/** The file of SIDECAR_CALLERS_FILE; undefined where there is none. @throws ConfigError with every problem */
export function readCallers(settings: CallersSettings): CallersFile | undefined {
  return settings.callersFile === undefined ? undefined : judgeCallers(findCallers(settings.callersFile), settings)
}

/** Looks at the file. That is quick; to judge it can take milliseconds. */
export function findCallers(path: string): FoundCallers {
  const stats = statOf(path)
  return { path, mode: stats?.mode ?? 0, at: stats?.mtimeMs ?? 0, file: textOf(path, stats) }
}

/** Undefined where reading it says why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function textOf(path: string, stats: Stats | undefined): TextFile {
  // To read a pipe would be to wait for somebody.
  if (stats?.isFile() === false && !stats.isDirectory()) return { flaw: 'is neither a file nor a link to one' }
  return stats !== undefined && stats.size > mostBytes ? { flaw: 'is larger than 1 MiB' } : readTextFile(path)
}

/** Judges all of it (design/promises 8.3). @throws ConfigError with every problem, in the order of the lines */
export function judgeCallers(
  { path, mode, file }: FoundCallers,
  settings: CallersSettings,
  platform: NodeJS.Platform = process.platform,
): CallersFile {
  if ('flaw' in file) throw problemsWith([`${path} ${file.flaw}`])
  const { sections, problems } = parseCallers(file.text, platform === 'linux' ? linuxUser : () => onlyOnLinux)
  const ofLines = [...problems, ...checkSections(sections, settings)]
    .sort((one, other) => one.line - other.line)
    .map(({ line, problem }) => `line ${line}: ${printable(problem)}`)
  const found = [...(platform === 'win32' ? [] : openTo(path, mode)), ...ofLines]
  if (sections.length === 0 && problems.length === 0) {
    found.push(`${path} names nobody, which would refuse every program: begin with [name], or leave the setting out`)
  }
  if (found.length > 0) throw problemsWith([...new Set(found)])
  return { path, sections }
}

function problemsWith(problems: readonly string[]): ConfigError {
  return new ConfigError(problems.map((problem) => ({ name: sidecarSettings.callersFile.name, problem })))
}

/** Who else could write it, and let themselves in. Windows has no such modes. */
function openTo(path: string, mode: number): string[] {
  if ((mode & 0o022) === 0) return []
  const who = (mode & 0o002) === 0 ? 'its group' : 'every user of this machine'
  return [`${path} can be written by ${who}, who could let themselves in: chmod go-w ${shellWord(path)}`]
}

const onlyOnLinux = { flaw: 'has a user, which can be told on Linux only: give the program a key or a listener' }
