import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ending } from './sidecar.ts'

const folders = new Set<string>()
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

/**
 * A folder that is removed with all that is in it when the test has ended. A program that the test ends after that may still write into
 * it; so what is left then is removed with the process: were it an error, that program would never be ended.
 */
export function temporaryFolder(t: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-'))
  folders.add(folder)
  t.after(() => {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {}
  })
  return folder
}
