import { chmodSync, mkdtempSync, rmSync } from 'node:fs'

/**
 * Makes a folder that only this user may enter, named `beginning` and some letters. It is removed when the process ends, unless by
 * SIGKILL. @throws an error of the file system, as in a read-only container
 */
export function makeTemporaryFolder(beginning: string): string {
  const folder = mkdtempSync(beginning)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o700) // Whatever the umask.
  return folder
}
