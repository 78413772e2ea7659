// Two Nodes are named in many places: the oldest that is promised (package.json has it) and the image's (the Dockerfile).
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json'))
const lock: { packages: Record<string, { engines?: { node?: string } }> } = JSON.parse(read('package-lock.json'))
const oldest = String(manifest.engines.node).replace(/^>=/, '')
const [oldestMajor = '', oldestMinor = ''] = oldest.split('.')
const base = /^ARG NODE_IMAGE=(node:\d+-[^\s@]+)@sha256:[0-9a-f]{64}$/m.exec(read('Dockerfile'))?.[1] ?? ''
const imageMajor = /\d+/.exec(base)?.[0] ?? ''

/** All that a pattern's group finds. */
function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found ?? '')
}

test('the documents promise the oldest Node of package.json, and the tools are set for it', () => {
  assert.match(manifest.engines.node, /^>=\d+\.\d+\.\d+$/)
  for (const path of ['README.md', 'docs/deploy/npm.md', 'docs/deploy/systemd.md'])
    assert.deepEqual(named(read(path), /Node ([\d.]+) or newer/g), [oldest], path)
  assert.deepEqual(named(read('scripts/bundle.mjs'), /target: '(.*)'/g), [`node${oldestMajor}`])
  assert.ok(manifest.devDependencies['@types/node'].startsWith(`${oldestMajor}.${oldestMinor}.`))
})

test('the documents name the image’s Node, releases are made with it, and CI has it, the oldest and the newest', () => {
  assert.deepEqual(named(read('docs/deploy/docker.md'), /`(node:\d\S*)`/g), [base])
  const [matrix = ''] = named(read('.github/workflows/ci.yml'), /^ +node: \[(.*)\]$/gm)
  const [newest = ''] = named(read('.ci/nodes'), /^newest_node=(\d+)$/gm)
  assert.deepEqual(matrix.split(', '), [oldestMajor, imageMajor, newest])
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => read(`.github/workflows/${name}`))
  const used = named(workflows.join('\n'), /node-version: (.*)/g)
  assert.ok(used.length > 0)
  assert.deepEqual([...new Set(used)], [imageMajor])
})

test('no package asks for a newer Node than the oldest that is promised: npm would warn of it', () => {
  const before = (version: string) => version.localeCompare(oldest, 'en', { numeric: true }) <= 0
  const accepts = (range: string) => {
    const [, sign, version = ''] = /^(\^|>=) ?(\d+(?:\.\d+)*)/.exec(range) ?? []
    return before(version) && (sign === '>=' || (sign === '^' && version.split('.')[0] === oldestMajor))
  }
  const ranges = Object.entries(lock.packages).flatMap(([path, { engines }]) =>
    engines?.node === undefined ? [] : [{ path, node: engines.node }],
  )
  assert.ok(ranges.length > 50, 'the lockfile was read')
  assert.deepEqual(
    ranges.filter(({ node }) => !node.split('||').some((range) => accepts(range.trim()))),
    [],
  )
  assert.deepEqual(
    [accepts('>=22'), accepts('^18'), accepts('>=20.20'), accepts('>= 0.6')],
    [false, false, false, true],
  )
})

test('every image that is not ours is named by tag and digest', () => {
  const files = readdirSync(join(root, 'deploy'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join('deploy', name))
  const images = ['docker-compose.yml', ...files].flatMap((path) =>
    named(read(path), /^\s*-? *image: *["']?([^"'\s#]+)/gm),
  )
  const others = images.filter((image) => !image.includes('catapa-sidecar'))
  assert.ok(others.length >= 8, others.join())
  for (const image of others) assert.match(image, /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
})
