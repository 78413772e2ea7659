import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from './temporary-folder.ts'

const runner = join(import.meta.dirname, '../run.js')

/** Runs a test file of which two tests need systemd, on a PATH with nothing on it. */
function runWithoutPrograms(t: TestContext, env: Record<string, string>) {
  const PATH = temporaryFolder(t)
  const { status, stdout } = spawnSync(process.execPath, [runner, 'systemd-unit'], {
    encoding: 'utf8',
    env: { PATH, ...env },
  })
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) }
}

test('a program that is not here skips its tests with a reason, and the last line of the run counts them', (t) => {
  const { status, stdout, last } = runWithoutPrograms(t, {})
  assert.equal(status, 0)
  assert.equal(last, '2 tests were skipped for want of programs. On Debian: apt-get install systemd')
  assert.match(stdout, /systemd judges the units .*not here: systemd/)
  assert.match(stdout, /^\S+ skipped 2$/m, "node's own summary is there")
})

test('with CI=true it is a failure', (t) => {
  const { status, stdout } = runWithoutPrograms(t, { CI: 'true' })
  assert.equal(status, 1)
  assert.match(stdout, /not here: systemd \(as Debian calls it\); CI has all that the tests run/)
})

test('a name that no test file has is said in a sentence, and nothing runs', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [runner, 'problems', 'polizy'], {
    encoding: 'utf8',
    env: {},
  })
  assert.deepEqual(
    [status, stdout, stderr],
    [2, '', 'No test file has a path with polizy in it; system/printed runs after all others only.\n'],
  )
})
