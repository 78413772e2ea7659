// For tests of the callers file.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { digestOf, newKey } from '../../src/callers/key.ts'
import type { Config } from '../../src/settings/config.ts'
import { problemsOf } from './settings.ts'
import { type Ending, printed, secret, testConfig } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A key that must never be printed, and its line. */
export function keyAndLine(): { key: string; digest: string; line: string } {
  const key = newKey()
  secret(key)
  return { key, digest: digestOf(key), line: `key = sha256:${digestOf(key)}` }
}

/** A file that lives as long as the test does, 0600 unless told otherwise. */
export function callersFile(t: Ending, content: string | Uint8Array, mode = 0o600): string {
  const folder = temporaryFolder(t)
  const path = join(folder, 'callers.ini')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

/** The settings that name it. */
export function naming(path: string, overrides: Partial<Config> = {}): Config {
  return testConfig('http://127.0.0.1:9', { callersFile: path, ...overrides })
}

/** What is wrong with the file. */
export function problemsOfFile(path: string, overrides: Partial<Config> = {}): string[] {
  return problemsOf(() => readCallers(naming(path, overrides))).map(({ problem }) => problem)
}

/** A log in memory. */
export function memoryLog() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => {
    printed(line)
    lines.push(JSON.parse(line))
  }
  return { lines, log: pino({ base: null, level: 'trace' }, { write }) }
}
