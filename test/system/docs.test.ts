import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commands } from '../../src/commands/commands.ts'
import { exitStatus } from '../../src/problems/exit-status.ts'
import { startAdministered, startCatapa } from '../support/admin.ts'
import { callersTables, errorsTable, settingsTables, withTables } from '../support/docs-tables.ts'
import { root } from '../support/sidecar.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('the tables of settings, errors and profiles are the program’s own (npm run docs writes them)', () => {
  const pages = { 'docs/settings.md': settingsTables, 'docs/errors.md': errorsTable, 'docs/callers.md': callersTables }
  for (const [path, tables] of Object.entries(pages)) assert.equal(read(path), withTables(read(path), tables), path)
})

test('docs/commands.md names every command and every exit status that they can end with', () => {
  const page = read('docs/commands.md')
  for (const name of Object.keys(commands)) assert.match(page, new RegExp(`\\| \`${name}\``))
  const listed = /Exit statuses: ([^\n]*)/.exec(page)?.[1] ?? ''
  for (const status of Object.values(exitStatus)) {
    assert.match(listed, new RegExp(`\\b${status} `))
  }
})

test('every address of docs/operating.md is one of the admin listener', async (t) => {
  const { adminUrl } = await startAdministered(t, (await startCatapa(t)).url, { quit: true })
  const rows = [...read('docs/operating.md').matchAll(/^\| `(GET|POST) ([^`]+)` \|/gm)]
  assert.ok(rows.length >= 10, `${rows.length} addresses`)
  for (const [, method, path] of rows) {
    const { status, body } = await fetch(adminUrl + path, { method: method ?? '' }) // No header: nothing is done.
    await body?.cancel()
    assert.ok(![404, 405].includes(status), `${method} ${path}: ${status}`)
  }
})

test('the README is read to its end: at most 150 lines, and two pictures that load at once', () => {
  assert.ok(read('README.md').split('\n').length <= 151)
  for (const look of ['light', 'dark']) assert.ok(statSync(join(root, `docs/status-page-${look}.png`)).size < 150_000)
})

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const documents = ['README.md', 'CONTRIBUTING.md', ...pages()].map(read).join('\n')
  for (const [, name] of documents.matchAll(/npm run ([a-z-]+)/g))
    assert.ok(name !== undefined && name in scripts, `npm run ${name}`)
})

test("a container that the documents let listen on all addresses is in a network of its own, not on Docker's default bridge", () => {
  const documents = ['README.md', ...pages()].map((path) => read(path).replaceAll('\\\n', ' '))
  const commands = documents.flatMap((text) => text.match(/^docker run .*SIDECAR_LISTEN=0\.0\.0\.0.*$/gm) ?? [])
  assert.ok(commands.length > 0)
  for (const command of commands) assert.match(command, / --network (?!bridge|default)[\w-]+ /)
})

/** Every page below docs. */
function pages(): string[] {
  return readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
}
