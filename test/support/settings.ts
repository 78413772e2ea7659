// Shared by the config tests: what a bad configuration says, and files to read it from.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { ConfigError, type ConfigProblem, readConfig } from '../../src/settings/read-config.ts'

export const credentials = { CATAPA_TENANT: 'acme', CATAPA_CLIENT_ID: 'client', CATAPA_CLIENT_SECRET: 'hush' }

/** The problems that `read` throws; a failure of the test when it throws none. */
export function problemsOf(read: () => unknown): readonly ConfigProblem[] {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.problems
  }
  assert.fail('the configuration was accepted')
}

/** The problems of an environment that has proper credentials besides. */
export function problems(env: Record<string, string>, configPath?: string): readonly ConfigProblem[] {
  return problemsOf(() => readConfig({ ...credentials, ...env }, configPath))
}

/** Asserts that this environment has exactly one problem, that of `name`, and that its wording matches. */
export function assertProblem(env: Record<string, string>, name: string, wording: RegExp): void {
  const found = problems(env)
  assert.deepEqual(
    found.map((problem) => problem.name),
    [name],
    JSON.stringify(found),
  )
  assert.match(found[0]?.problem ?? '', wording)
}

/** Config from an environment that has proper credentials besides. */
export function config(env: Record<string, string> = {}, configPath?: string) {
  return readConfig({ ...credentials, ...env }, configPath)
}

/** The credentials of an environment. */
export function readCredentials(env: Record<string, string>, configPath?: string) {
  return readConfig(env, configPath).credentials
}

const folder = mkdtempSync(join(tmpdir(), 'catapa-sidecar-config-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
let files = 0

/** Writes a file that lives as long as the test file runs. */
export function file(content: string | Uint8Array): string {
  const path = join(folder, `${files++}.txt`)
  writeFileSync(path, content)
  return path
}

/** A path where there is no file. */
export const nowhere = join(folder, 'nowhere')
export { folder }
