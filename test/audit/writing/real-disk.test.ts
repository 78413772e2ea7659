// A real disk of 512 KiB: full, full at the start, read-only, mended.
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

test('a disk that gets full, or is made read-only, costs no line that was promised, and the rest is counted', {
  skip,
}, async (t) => {
  const mount = join(dirname(auditFolder(t)), 'disk')
  mkdirSync(mount)
  const script = join(import.meta.dirname, '../../support/audit-disk-process.js')
  const { stdout } = await promisify(execFile)('unshare', ['-m', process.execPath, script, mount], { timeout: 120_000 })
  const { full, busy, fullAtStart, readOnly, promised, begins, told, refused } = JSON.parse(stdout)
  for (const [found, why] of [
    [full, 'ENOSPC'],
    [fullAtStart, 'ENOSPC'],
    [readOnly, 'EROFS'],
  ]) {
    assert.deepEqual(found, { code: 'audit_unavailable', why })
  }
  assert.equal(busy, true, 'nobody can make the disk read-only while the trail is written')
  assert.equal(begins, promised)
  assert.equal(told, refused - 1, 'the first refusal could not be told: that trail was stopped while the disk was full')
})
