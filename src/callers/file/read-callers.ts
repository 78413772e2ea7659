import { closeSync, fstatSync, type Stats } from 'node:fs'
import { wayTo } from '../../files/trusted-folder.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { sidecarSettings } from '../../settings/sidecar-settings.ts'
import { openTextFile, readTextFile, type TextFile } from '../../settings/text-file.ts'
import { textFileWords } from '../../settings/text-file-words.ts'
import { printable } from '../../words/printable.ts'
import type { CallersFile } from '../caller.ts'
import { callerRuleWords } from './caller-rule-words.ts'
import { callersFileWords } from './callers-file-words.ts'
import { type CallersSettings, checkSections } from './check-sections.ts'
import { linuxUsers, linuxUsersAside } from './linux-user.ts'
import { type FoundFile, openToOthers } from './open-to-others.ts'
import { parseCallers } from './parse-callers.ts'
import type { UserOf } from './section-rules.ts'

/** A callers file as found on disk, not judged yet; `at`: when it was last written. */
export type FoundCallers = FoundFile & Readonly<{ at: number; file: TextFile }>

/** More than anybody writes. The whole file is read again every few seconds. */
const mostBytes = 1024 * 1024

/** The file of SIDECAR_CALLERS_FILE; undefined where there is none. @throws ConfigError with every problem */
export function readCallers(settings: CallersSettings): CallersFile | undefined {
  return settings.callersFile === undefined ? undefined : judgeCallers(findCallers(settings.callersFile), settings)
}

/** Reads the file, which is quick; judging it can take milliseconds. */
export function findCallers(path: string): FoundCallers {
  const way = process.platform === 'win32' ? [] : wayTo(path)
  const nothing = { path, way, mode: 0, uid: 0, at: 0 }
  const opened = openTextFile(path)
  if (typeof opened !== 'number') return { ...nothing, file: opened }
  try {
    // Of the open file: a moment later its name could lead to another one.
    const stats = fstatSync(opened)
    return { path, way, mode: stats.mode, uid: stats.uid, at: stats.mtimeMs, file: textOf(opened, stats) }
  } finally {
    closeSync(opened)
  }
}

function textOf(opened: number, stats: Stats): TextFile {
  if (!stats.isFile() && !stats.isDirectory()) return { flaw: textFileWords().noFile }
  return stats.size > mostBytes ? { flaw: textFileWords().tooLarge } : readTextFile(opened)
}

/** Judges the whole file (design/promises 8.3). @throws ConfigError with every problem, in the order of the lines */
export function judgeCallers(
  found: FoundCallers,
  settings: CallersSettings,
  platform: NodeJS.Platform = process.platform,
): CallersFile {
  const users = platform === 'linux' ? linuxUsers(userNamesIn(found)) : noUsers
  return judgeWith(users, found, settings, platform)
}

/** As judgeCallers, without blocking while the system looks up users. */
export async function judgeCallersAside(found: FoundCallers, settings: CallersSettings): Promise<CallersFile> {
  const users = process.platform === 'linux' ? await linuxUsersAside(userNamesIn(found)) : noUsers
  return judgeWith(users, found, settings, process.platform)
}

function userNamesIn({ file }: FoundCallers): Set<string> {
  const names = new Set<string>()
  if ('flaw' in file) return names
  parseCallers(file.text, (name) => {
    names.add(name)
    return 0
  })
  return names
}

function judgeWith(
  users: UserOf,
  found: FoundCallers,
  settings: CallersSettings,
  platform: NodeJS.Platform,
): CallersFile {
  const { path, file } = found
  if ('flaw' in file) throw problemsWith([{ problem: `${path} ${file.flaw}` }])
  const { sections, problems } = parseCallers(file.text, users)
  const ofLines = [...problems, ...checkSections(sections, settings)]
    .sort((one, other) => one.line - other.line)
    .map(({ line, problem }) => ({ line, problem: callersFileWords().inLine(line, printable(problem)) }))
  const ofFile = platform === 'win32' ? [] : openToOthers(found)
  const all: Flaw[] = [...ofFile.map((problem) => ({ problem })), ...ofLines]
  if (sections.length === 0 && problems.length === 0) all.push({ problem: callersFileWords().nobody(path) })
  if (all.length > 0) throw problemsWith(all)
  return { path, sections }
}

type Flaw = Readonly<{ problem: string; line?: number }>

/** The same problem is told once. */
function problemsWith(flaws: readonly Flaw[]): ConfigError {
  const first = flaws.filter(({ problem }, index) => flaws.findIndex((flaw) => flaw.problem === problem) === index)
  return new ConfigError(first.map((flaw) => ({ name: sidecarSettings.callersFile.name, ...flaw })))
}

const noUsers: UserOf = () => ({ flaw: callerRuleWords().linuxOnly })
