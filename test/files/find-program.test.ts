import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { test } from 'node:test'
import { findProgram } from '../../src/files/find-program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a program is looked up in PATH, or where its path leads', (t) => {
  const folder = temporaryFolder(t)
  const other = temporaryFolder(t)
  writeFileSync(join(folder, 'tool'), '', { mode: 0o755 })
  writeFileSync(join(folder, 'plain'), '', { mode: 0o644 })
  mkdirSync(join(folder, 'dir'))
  symlinkSync(join(folder, 'tool'), join(folder, 'link'))
  symlinkSync(join(folder, 'gone'), join(folder, 'broken'))
  const found = (name: string, PATH: string | undefined = [other, folder].join(delimiter)) =>
    findProgram(name, { PATH })
  assert.equal(found('tool'), 'found')
  assert.equal(found('link'), 'found')
  assert.equal(found(join(folder, 'tool'), ''), 'found')
  assert.equal(found(relative(process.cwd(), join(folder, 'tool'))), 'found')
  assert.equal(found('plain'), 'not_executable')
  assert.equal(found(join(folder, 'plain')), 'not_executable')
  for (const name of ['dir', 'broken', 'gone', './tool']) assert.equal(found(name), 'missing', name)
  assert.equal(found('tool', other), 'missing')
  writeFileSync(join(other, 'plain'), '', { mode: 0o755 })
  assert.equal(found('plain'), 'found')
  assert.equal(findProgram('sh', {}), 'found')
})
