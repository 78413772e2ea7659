import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commands } from '../../src/commands/commands.ts'
import { exitStatus } from '../../src/problems/exit-status.ts'
import { readmeTables, withTables } from '../support/docs-tables.ts'
import { root } from '../support/sidecar.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')

test("the README's tables of settings and errors are the program's own (npm run docs writes them)", () => {
  assert.equal(readme, withTables(readme, readmeTables))
})

test('the README names every command and every exit status that they can end with', () => {
  for (const name of Object.keys(commands)) assert.match(readme, new RegExp(`\\| \`${name}\``))
  const listed = /Exit statuses: ([^\n]*)/.exec(readme)?.[1] ?? ''
  for (const status of Object.values(exitStatus)) {
    assert.match(listed, new RegExp(`\\b${status} `))
  }
})

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const documents = ['README.md', 'CONTRIBUTING.md'].map((name) => readFileSync(join(root, name), 'utf8')).join('\n')
  for (const [, name] of documents.matchAll(/npm run ([a-z-]+)/g))
    assert.ok(name !== undefined && name in scripts, `npm run ${name}`)
})

test('every file that the README links to exists', () => {
  for (const [, path] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g))
    assert.ok(existsSync(join(root, path ?? '')), path)
})

test("a container that the documents let listen on all addresses is in a network of its own, not on Docker's default bridge", () => {
  const documents = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })]
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(root, name === 'README.md' ? '' : 'docs', name), 'utf8').replaceAll('\\\n', ' '))
  const commands = documents.flatMap((text) => text.match(/^docker run .*SIDECAR_LISTEN=0\.0\.0\.0.*$/gm) ?? [])
  assert.ok(commands.length > 0)
  for (const command of commands) assert.match(command, / --network (?!bridge|default)[\w-]+ /)
})
