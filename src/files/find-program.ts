import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findOnWindows } from './windows-command.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the C library takes without PATH. */
const usualPath = '/usr/local/bin:/usr/bin:/bin'

/** Whether a program can be started by this name; a name without a folder is looked up in PATH, on Windows with PATHEXT. */
export function findProgram(name: string, environment: Environment): 'found' | 'missing' | 'not_executable' {
  if (process.platform === 'win32') return findOnWindows(name, environment, isFile) === undefined ? 'missing' : 'found'
  const folders = name.includes('/') ? [''] : (environment.PATH ?? usualPath).split(delimiter)
  const paths = folders.map((folder) => (folder === '' ? name : join(folder, name))).filter(isFile)
  if (paths.length === 0) return 'missing'
  return paths.some(isExecutable) ? 'found' : 'not_executable'
}

/** Whether it is a file; a link counts as what it leads to. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
