// Imports go one way, those of types too: whoever changes a room knows which rooms can feel it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

/** Each room may use those behind it. */
const order = [
  ...(['cli.ts', 'commands', 'doctor', 'sidecar', 'admin', 'notices', 'forwarding'] as const),
  ...([
    'running',
    'http',
    'audit',
    'callers',
    'login',
    'traces',
    'log',
    'notices',
    'secret-command',
    'tokens',
    'problems',
    'certificates',
    'network',
    'settings',
    'operations',
  ] as const),
  ...(['files', 'words', 'time.ts'] as const),
]

const sources = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('browser'))
    .map((name) => name.replaceAll(sep, '/'))
    .map((name) => [name, importsOf(name)] as const),
)

function importsOf(name: string): string[] {
  const text = readFileSync(join(root, 'src', name), 'utf8')
  const found = text.matchAll(/(?:^|\n)(?:import|export)\s[^'"]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/g)
  return [...found].map(([, fixed, lazy = '']) => posix.normalize(posix.join(dirname(name), fixed ?? lazy)))
}

const roomOf = (name: string) => name.split('/')[0] ?? ''

/** A list of public paths is no code of ours, whose mistakes the sandbox must not share, and three copies were one too many. */
const listOfOperations = 'sandbox/router.ts imports operations/operation-table.ts'

test('a room imports from rooms behind it only, and the sandbox nothing but the list of operations', () => {
  assert.ok(sources.size > 150)
  const wrong = [...sources].flatMap(([name, imports]) =>
    imports
      .filter((other) => roomOf(other) !== roomOf(name))
      .filter((other) => {
        const [from, to] = [order.indexOf(roomOf(name) as never), order.indexOf(roomOf(other) as never)]
        if (roomOf(other) === 'sandbox') return roomOf(name) !== 'commands'
        return from === -1 || to === -1 || to <= from
      })
      .map((other) => `${name} imports ${other}`),
  )
  assert.deepEqual(wrong, [listOfOperations])
})

test('no circle of files, types included', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      circles.push([...path.slice(path.indexOf(name)), name].join(' → '))
      return
    }
    if (done.has(name)) return
    for (const other of sources.get(name) ?? []) walk(other, [...path, name])
    done.add(name)
  }
  for (const name of sources.keys()) walk(name, [])
  assert.deepEqual(circles, [])
})
