// Programs without any right, on a disk of 8 MB: they neither fill it nor keep others from writing (design/promises 9.3).
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { auditFolder } from '../../support/audit-trail.ts'
import { isRoot } from '../../support/login.ts'
import { without } from '../../support/programs.ts'

/** Not below a root that is no mount, nor in a container without the capability for it. */
const mounts = () => spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0
const skip = isRoot
  ? without('util-linux') || (!mounts() && 'nothing can be mounted here')
  : 'only root can mount a disk'

test('strangers have a few lines, none at all once the disk is nearly full, and an honest program goes on writing', {
  skip,
}, async (t) => {
  const mount = join(dirname(auditFolder(t)), 'disk')
  mkdirSync(mount)
  const script = join(import.meta.dirname, '../../support/audit-flood-process.js')
  const { stdout } = await promisify(execFile)('unshare', ['-m', process.execPath, script, mount], { timeout: 300_000 })
  const found = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1))
  const { atFirst, grown, whileShort, honest, all, broken } = found
  assert.deepEqual([atFirst, honest, broken], [200, 200, null], stdout)
  assert.equal(whileShort, 0)
  assert.equal(all, 2 * (800 + 80), 'each has its line, or is counted')
  assert.ok(grown < 200_000, `1,600 calls of strangers made the trail grow by ${grown} bytes`)
})
