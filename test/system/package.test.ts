import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

type Locked = { dev?: boolean; deprecated?: string; resolved?: string }

const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

test('at most 80 packages are needed at run time, and none at all is deprecated', () => {
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const runtime = packages.filter(([, { dev }]) => dev !== true)
  assert.ok(runtime.length <= 80, `${runtime.length} packages`)
  assert.ok(runtime.length > 10, 'the lockfile was read')
  const deprecated = packages.filter(([, locked]) => locked.deprecated !== undefined).map(([path]) => path)
  assert.deepEqual(deprecated, [])
})

test('every dependency is pinned, and no registry is named', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.match(String(version), /^\d+\.\d+\.\d+$/, name)
  }
  assert.ok(Object.values(lock.packages).every(({ resolved }) => resolved === undefined))
})

test('CONTRIBUTING gives a reason for every dependency', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const unexplained = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !name.startsWith('@types/') && !text.includes(`\`${name}\``),
  )
  assert.deepEqual(unexplained, [])
})

test('the package holds what a user needs and nothing else', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  // npm 12 lists by name, the older ones in a row.
  const [packed] = Object.values<{ files: { path: string }[] }>(JSON.parse(listing))
  const paths = packed?.files.map(({ path }) => path) ?? []
  const wanted =
    /^(dist\/.+\.(m?js|css|html|svg)|dist\/package\.json|README(\.id)?\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|package\.json|config\.example\.env|docs\/(?!design\/).+\.md|docs\/(status-page-(light|dark)(\.id)?\.png|notices\.png|[a-z-]+\.svg))$/
  assert.deepEqual(
    paths.filter((path) => !wanted.test(path)),
    [],
  )
  assert.ok(paths.includes('dist/cli.js'))
  const page = readFileSync(join(root, 'dist/admin/page/page.html'), 'utf8')
  const parts = [...page.matchAll(/"\/(page\/[^"]+)"/g)].map(([, part]) => `dist/admin/${part}`)
  assert.ok(parts.length >= 3, 'the status page has a style, a script and an icon')
  assert.ok(parts.every((part) => paths.includes(part)))
})
