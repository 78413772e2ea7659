import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Calls what scripts/image-sbom.mjs exports; the whole of it runs in .ci/parts/sbom. */
function evaluated(expression: string): unknown {
  const script = `import { debianPackages, imageSbom, packagesBelow } from './scripts/image-sbom.mjs'; console.log(JSON.stringify(${expression}))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' }),
  )
}

test('Debian lists what is installed, and not what was removed', () => {
  const entry = (name: string, state: string) =>
    `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: 1:2~3\nDescription: a\n Status: b\n`
  const status = `${entry('libc6', 'install ok installed')}\n${entry('gone', 'deinstall ok config-files')}`
  assert.deepEqual(evaluated(`debianPackages(${JSON.stringify(status)})`), [
    { name: 'libc6', version: '1:2~3', architecture: 'amd64' },
  ])
})

test('packages are found by their manifests, nested ones too, and not by those of their parts', (t) => {
  const folder = temporaryFolder(t)
  const paths = ['a', '@b/c', '@b/c/node_modules/a', 'a/dist/cjs'].map((path) => `node_modules/${path}`)
  for (const path of paths) {
    mkdirSync(join(folder, path), { recursive: true })
    writeFileSync(join(folder, path, 'package.json'), JSON.stringify({ name: path, version: '1.0.0' }))
  }
  const found = evaluated(`packagesBelow(${JSON.stringify(folder)}).map(({ path }) => path).sort()`)
  assert.deepEqual(found, paths.slice(0, 3).toSorted())
})

test('an image whose packages are not those of the lockfile gets no bill', () => {
  const contents =
    '{ program: [{ path: "node_modules/stray", version: "1.0.0" }], base: [], debian: [], release: {}, node: "24.0.0" }'
  const said = evaluated(`(() => { try { imageSbom(${contents}) } catch (error) { return error.message } })()`)
  assert.match(String(said), /node_modules\/fastify@[\d.]+ is missing; /)
  assert.match(String(said), /node_modules\/stray@1\.0\.0 is not in the lockfile$/)
})
