import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { printedFolder } from '../support/sidecar.ts'

function contents(ending: string): string {
  const names = readdirSync(printedFolder).filter((name) => name.endsWith(ending))
  return names.map((name) => readFileSync(join(printedFolder, name), 'utf8')).join('')
}

function found(secrets: Set<string>, text: string): string[] {
  return [...secrets].filter((secret) => text.includes(secret))
}

test('nothing that any sidecar of this suite printed holds a client secret or a token', () => {
  const secrets = new Set(
    contents('.secrets')
      .split('\n')
      .filter((line) => line.length >= 12),
  )
  const output = contents('.log')
  assert.ok(secrets.size > 0, 'the suite used secrets')
  assert.ok(output.length > 0, 'the sidecars printed something')
  assert.deepEqual(found(secrets, output), [])
  // The control: the same search does find each of them where it is.
  for (const secret of secrets) assert.deepEqual(found(new Set([secret]), `${output}\nBearer ${secret}\n`), [secret])
})
