import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { version } from '../../src/sidecar/version.ts'
import { brokenLinks } from '../support/links.ts'
import { root } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Locked = { dev?: boolean; version?: string; license?: string }

const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
/** What the lockfile says is needed at run time: the path that it is installed at, and what it is. */
const runtime = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && dev !== true)
  .map(([path, locked]) => ({
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 13),
    version: locked.version,
  }))

const folder = mkdtempSync(join(tmpdir(), 'catapa-package-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))

const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
const tarball = node('scripts/pack.mjs', folder).trim()
execFileSync('tar', ['-xzf', tarball, '-C', folder])
const unpacked = join(folder, 'package')

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('the bill of materials lists every package of run time and no other', () => {
  const { bomFormat, metadata, components } = JSON.parse(readFileSync(join(unpacked, 'sbom.cdx.json'), 'utf8'))
  assert.equal(bomFormat, 'CycloneDX')
  assert.equal(metadata.component.purl, `pkg:npm/catapa-sidecar@${version()}`)
  const listed: string[] = components.map(({ purl }: { purl: string }) => decodeURIComponent(purl))
  const wanted = new Set(runtime.map(({ name, version }) => `pkg:npm/${name}@${version}`))
  assert.ok(wanted.size > 50, `${wanted.size} packages`)
  assert.deepEqual(listed.toSorted(), [...wanted].toSorted())
})

test('the licences of all packages of run time go along with their texts', () => {
  const text = readFileSync(join(unpacked, 'LICENSES.txt'), 'utf8')
  for (const { name, version } of runtime) assert.ok(text.includes(`\n${name} ${version}: `), name)
  assert.ok(text.includes('Permission is hereby granted'), 'texts, not names only')
})

test('who installs the package gets the versions of the lockfile', () => {
  const { packages } = JSON.parse(readFileSync(join(unpacked, 'npm-shrinkwrap.json'), 'utf8'))
  const pinned = Object.entries<Locked>(packages).filter(([path]) => path !== '')
  assert.deepEqual(
    pinned.map(([path, { version }]) => `${path}@${version}`),
    runtime.map(({ path, version }) => `${path}@${version}`),
  )
  assert.ok(!existsSync(join(root, 'npm-shrinkwrap.json')), 'npm would take it for the lockfile')
})

test('every link and picture of the packed documents leads somewhere in the package', () => {
  const { links, broken } = brokenLinks(unpacked)
  assert.ok(links > 100, `${links} links`)
  assert.deepEqual(broken, [])
  const page = (path: string) => readFileSync(join(unpacked, path), 'utf8')
  assert.match(page('README.md'), /srcset="docs\/status-page-dark\.png"/)
  assert.match(page('docs/metrics.md'), /\[deploy\/prometheus\/alerts\.yml\]\(\.\.\/deploy\/prometheus\/alerts\.yml\)/)
  assert.match(page('docs/several-tenants.md'), /\| deploy\/compose\/two-tenants\.yml \(in the repository\)/)
  assert.match(page('docs/performance.md'), /requests \(docs\/design\/cost\.md in the repository\)/)
})

test('alert rules and dashboard are in the package, the papers about its design are not', () => {
  for (const path of ['prometheus/alerts.yml', 'grafana/catapa-sidecar.json', 'systemd/catapa-sidecar.service'])
    assert.ok(existsSync(join(unpacked, 'deploy', path)), path)
  assert.ok(!existsSync(join(unpacked, 'docs/design')))
})

/** What has no business in a package: files by their names, and texts. */
function strays(path: string): string[] {
  const names = /(^|[/\\])(\.env|.*\.local\.env|\.npmrc|.*\.test\.[a-z]+|.*\.map|.*\.ts|.*\.pem|.*\.key)$/
  const texts =
    /demo-secret-4711|-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?\s*[A-Za-z\d+/]{8}|sourceMappingURL|\/work\/main/
  return filesBelow(path)
    .filter((file) => names.test(file) || texts.test(readFileSync(file, 'utf8')))
    .map((file) => relative(path, file))
}

test('no tests, sources, source maps, settings of somebody or secrets are in the package', () => {
  assert.deepEqual(strays(unpacked), [])
  const control = mkdtempSync(join(folder, 'control-'))
  writeFileSync(join(control, '.env'), '')
  writeFileSync(join(control, 'a.test.js'), '')
  writeFileSync(join(control, 'b.js'), '//# sourceMappingURL=b.js.map')
  writeFileSync(join(control, 'c.js'), '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA')
  writeFileSync(join(control, 'd.js'), 'nothing')
  assert.deepEqual(strays(control).toSorted(), ['.env', 'a.test.js', 'b.js', 'c.js'])
})

test('workflows name actions by commit, since a tag can be moved', () => {
  const workflows = filesBelow(join(root, '.github/workflows')).map((file) => readFileSync(file, 'utf8'))
  const used = workflows.flatMap((text) => [...text.matchAll(/uses: *(.+)/g)].map(([, action]) => action ?? ''))
  assert.ok(used.length > 5, `${used.length} actions`)
  assert.deepEqual(
    used.filter((action) => !/^(\.\/\S+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(action)),
    [],
  )
})

const workflow = (name: string) => readFileSync(join(root, '.github/workflows', name), 'utf8')

/** What a workflow hands to a shell: the text of each `run:`. */
function scriptsIn(text: string): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const [, indent = '', first = ''] = /^( *(?:- )?)run: (.*)$/.exec(line) ?? []
    if (first === '') return []
    const rest = lines.slice(at + 1)
    const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= indent.length)
    return [first === '|' ? rest.slice(0, end === -1 ? undefined : end).join('\n') : first]
  })
}

test('workflows hand variables to scripts by their environment: nothing is pasted into a script', () => {
  for (const name of ['ci.yml', 'release.yml']) {
    const scripts = scriptsIn(workflow(name))
    assert.ok(scripts.length > 3, `${name}: ${scripts.length} scripts`)
    assert.deepEqual(
      scripts.filter((script) => script.includes('${{')),
      [],
    )
  }
  const expression = ['$', '{{ vars.IMAGE_REGISTRY }}'].join('')
  const control = workflow('release.yml').replaceAll('"$REGISTRY"', expression)
  assert.equal(scriptsIn(control).filter((script) => script.includes('${{')).length, 2)
})

/** What the workflow's step tells npm to do, where the repository's variables name this registry. */
function toldToNpm(t: TestContext, registry: string, token: string): string[] {
  const step = workflow('release.yml').split('      - name: Stage the package at npm')[1]?.split('\n      - ')[0] ?? ''
  const script = step.split(/^ {8}run: \|$/m)[1] ?? ''
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
  const env = { PATH: `${folder}:${process.env.PATH}`, REGISTRY: registry, NPM_TOKEN: token }
  return execFileSync('bash', ['--norc', '-euc', script], { cwd: folder, env, encoding: 'utf8' }).trimEnd().split('\n')
}

test('at npm the package is staged by the identity of the workflow; a token is for registries that know no such thing', (t) => {
  const publish = workflow('release.yml').split(/^ {2}publish:$/m)[1] ?? ''
  assert.match(publish, /^ {4}environment: release$/m)
  assert.match(publish, /^ {6}id-token: write$/m)
  // setup-node's registry-url would write down a token in any case, if only an empty one.
  assert.doesNotMatch(publish, /registry-url|NODE_AUTH_TOKEN/)
  const how = '--provenance --access public ./release/catapa-sidecar-*.tgz'
  for (const token of ['', 'secret-4711']) {
    const staged = toldToNpm(t, 'https://registry.npmjs.org', token)
    assert.deepEqual(staged, [`stage publish --registry https://registry.npmjs.org/ ${how}`])
  }
  const own = 'https://npm.example/'
  assert.deepEqual(toldToNpm(t, own, ''), [`publish --registry ${own} ${how}`])
  const [configured, published] = toldToNpm(t, own, 'secret-4711')
  assert.equal(configured, ['config set --location=user //npm.example/:_authToken ', '{NPM_TOKEN}'].join('$'))
  assert.equal(published, `publish --registry ${own} ${how}`)
})
