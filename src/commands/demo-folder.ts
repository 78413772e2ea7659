import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes a private folder for the demo's files. It is removed when the process ends, unless by SIGKILL.
 *
 * @throws an error of the file system, as in a read-only container
 */
export function makeDemoFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-demo-')) // 0700.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
