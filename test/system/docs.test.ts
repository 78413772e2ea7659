import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commands } from '../../src/commands/commands.ts'
import { helpWords } from '../../src/commands/help-words.ts'
import { exitStatus } from '../../src/problems/exit-status.ts'
import { sandboxSettings } from '../../src/settings/settings.ts'
import { startAdministered, startCatapa } from '../support/admin.ts'
import { callersTables, errorsTable, settingsTables, withTables } from '../support/docs-tables.ts'
import { indonesianCallersTables, indonesianErrorsTable } from '../support/indonesian-tables.ts'
import { root } from '../support/sidecar.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('the tables of settings, errors and profiles are the program’s own (npm run docs writes them)', () => {
  const pages = {
    'docs/settings.md': settingsTables,
    'docs/errors.md': errorsTable,
    'docs/callers.md': callersTables,
    'docs/id/errors.md': indonesianErrorsTable,
    'docs/id/callers.md': indonesianCallersTables,
  }
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

test('the help of the sandbox names every setting of it', () => {
  const help = helpWords().sandbox.help
  assert.deepEqual(
    sandboxSettings.map(({ name }) => name).filter((name) => !help.includes(name)),
    [],
  )
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
  for (const page of ['README.md', 'README.id.md']) assert.ok(read(page).split('\n').length <= 151, page)
  for (const look of ['light', 'dark']) assert.ok(statSync(join(root, `docs/status-page-${look}.png`)).size < 150_000)
})

test('the first screen of the README has both first commands, how to go on and the state of this version', () => {
  const { version } = JSON.parse(read('package.json'))
  const [first = ''] = read('README.md').split('## Your own tenant')
  for (const words of [
    ...['npm ci && npm run demo', 'npm ci && npm test', '(CONTRIBUTING.md)', 'systemd.md'],
    `**State**: ${version}`,
  ])
    assert.ok(first.includes(words), words)
})

test('every file that CONTRIBUTING names is there', () => {
  const named = [...read('CONTRIBUTING.md').matchAll(/`((?:src|test|scripts|deploy|docs|\.ci)\/[\w./-]+)`/g)]
  assert.ok(named.length > 40, `${named.length} files`)
  assert.deepEqual(
    named
      .map(([, path = '']) => path)
      .filter((path) => !/^(src|test)\/a\b/.test(path) && !existsSync(join(root, path))),
    [],
  )
})

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const documents = ['README.md', 'README.id.md', 'CONTRIBUTING.md', ...pages()].map(read).join('\n')
  for (const [, name] of documents.matchAll(/npm run ([a-z-]+)/g))
    assert.ok(name !== undefined && name in scripts, `npm run ${name}`)
})

test("a container that the documents let listen on all addresses is in a network of its own, not on Docker's default bridge", () => {
  const documents = ['README.md', ...pages()].map((path) => read(path).replaceAll('\\\n', ' '))
  const commands = documents.flatMap((text) => text.match(/^docker run .*SIDECAR_LISTEN=0\.0\.0\.0.*$/gm) ?? [])
  assert.ok(commands.length > 0)
  for (const command of commands) assert.match(command, / --network (?!bridge|default)[\w-]+ /)
})

/** What stands in fenced blocks of a page, each block as one text. */
function blocksOf(path: string): string[] {
  return [...read(path).matchAll(/^ *```\n(.*?)^ *```$/gms)].map(([, block = '']) => block)
}

test('no command of the documents deletes a folder that can hold an audit trail before the trail is copied', {
  skip: process.platform === 'win32',
}, () => {
  const deleting = pages()
    .flatMap(blocksOf)
    .filter((block) => /\brm\b.*\/var\/lib/.test(block))
  assert.equal(deleting.length, 1)
  for (const lacking of [undefined, 'audit.key']) {
    const machine = mkdtempSync(join(tmpdir(), 'catapa-uninstall-'))
    const state = join(machine, 'var/lib/private/catapa-sidecar')
    mkdirSync(join(machine, 'root'))
    mkdirSync(join(state, 'audit'), { recursive: true })
    for (const file of ['audit/1.jsonl', 'audit.key', 'login.json']) {
      if (file !== lacking) writeFileSync(join(state, file), file)
    }
    const here = (deleting[0] ?? '').replaceAll(/(?<= )\/(?=var|root)/g, `${machine}/`)
    const { status } = spawnSync('sh', ['-c', here])
    assert.equal(existsSync(state), lacking !== undefined)
    assert.equal(status === 0, lacking === undefined)
    const copied = join(machine, 'root/catapa-trail/audit/1.jsonl')
    assert.equal(readFileSync(copied, 'utf8'), 'audit/1.jsonl')
    rmSync(machine, { recursive: true })
  }
})

/** Every page below docs. */
function pages(): string[] {
  return readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
}
