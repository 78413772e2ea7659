import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A private folder for what a demo writes, which goes with the process, however that ends but for SIGKILL.
 *
 * @throws an error of the file system where nothing can be written, as in a container that is read-only
 */
export function makeDemoFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-demo-')) // 0700.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
