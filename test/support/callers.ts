import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { digestOf, newKey } from '../../src/callers/key.ts'
import type { Config } from '../../src/settings/config.ts'
import { type Ending, secret, startTestSidecar, type TestSidecar, testConfig } from './sidecar.ts'

/** A key that must never be printed, and its line in a callers file. */
export function testKey(): { key: string; line: string; digest: string } {
  const key = newKey()
  secret(key)
  return { key, line: `key = sha256:${digestOf(key)}`, digest: digestOf(key) }
}

/** A callers file in a folder of its own, and how to write it anew. */
export function callersFile(text: string): { path: string; write(text: string): void } {
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-callers-')), 'callers')
  const write = (now: string) => {
    writeFileSync(path, now)
    chmodSync(path, 0o600)
  }
  write(text)
  return { path, write }
}

/** A sidecar with a callers file of this text. */
export async function startWithCallers(
  t: Ending,
  baseUrl: string,
  text: string,
  overrides: Partial<Config> = {},
): Promise<TestSidecar & { file: string; write(text: string): void }> {
  const { path, write } = callersFile(text)
  const settings = { ...overrides, callersFile: path }
  const callers = readCallers(testConfig(baseUrl, settings))
  return { ...(await startTestSidecar(t, baseUrl, settings, { callers })), file: path, write }
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}
