import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { printedFolder } from '../support/sidecar.ts'

function contents(ending: string): string {
  const names = readdirSync(printedFolder).filter((name) => name.endsWith(ending))
  return names.map((name) => readFileSync(join(printedFolder, name), 'utf8')).join('')
}

/** A key is printed where a person is to get it: alone in its line by `key`, and in the commands that `demo` prints. */
const byDesign = [/^ *csk_[\w-]{43}$/gm, /^ {2}curl .* -u [a-z-]+:csk_[\w-]{43} .*$/gm]

/** What was printed, and what pages, status and metrics showed, without the keys that are printed by design. */
function output(): string {
  return byDesign.reduce((text, lines) => text.replace(lines, ''), contents('.log'))
}

function found(secrets: Set<string>, text: string): string[] {
  return [...secrets].filter((secret) => text.includes(secret))
}

function keysIn(text: string): string[] {
  return text.match(/csk_[\w-]{16,}/g) ?? []
}

test('nothing that any sidecar of this suite printed holds a client secret or a token', () => {
  const secrets = new Set(
    contents('.secrets')
      .split('\n')
      .filter((line) => line.length >= 12),
  )
  const text = output()
  assert.ok(secrets.size > 0, 'the suite used secrets')
  assert.ok(text.length > 0, 'the sidecars printed something')
  assert.deepEqual(found(secrets, text), [])
  // The control: the same search does find each of them where it is. In the end of it, which is searched in no time.
  const end = text.slice(-10_000)
  for (const secret of secrets) assert.deepEqual(found(new Set([secret]), `${end}\nBearer ${secret}\n`), [secret])
})

test("no key of a caller is in any log, on any page, in any status and in any metrics; only where it is a person's to see", () => {
  const text = output()
  for (const shown of [/"msg":"request"/, /^Access token$/m, /"readiness":\{/, /^catapa_sidecar_ready /m]) {
    assert.match(text, shown, 'it was looked at')
  }
  assert.deepEqual(keysIn(text), [])
  // The control: keys were printed by design, and the same search finds them, and one that a log line would hold.
  const printed = keysIn(contents('.log'))
  assert.ok(printed.length > 0, 'demo printed keys')
  for (const key of new Set(printed)) {
    const line = `{"level":"info","caller":"${key}","msg":"request"}`
    assert.deepEqual(
      byDesign.reduce((rest, lines) => rest.replace(lines, ''), line),
      line,
    )
    assert.deepEqual(keysIn(line), [key])
  }
})
