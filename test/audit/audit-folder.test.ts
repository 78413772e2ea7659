// Whose folder takes a trail (design/promises 9.1).
import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { checkAuditFolder } from '../../src/audit/audit-folder.ts'
import { ConfigError } from '../../src/settings/config-error.ts'
import { auditFolder } from '../support/audit-trail.ts'
import { isRoot, nobody } from '../support/login.ts'

const onUnix = { skip: process.platform === 'win32' && 'Windows has no modes' }

async function problemOf(folder: string): Promise<string> {
  const error: unknown = await checkAuditFolder(folder).then(
    () => assert.fail('it was taken'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ConfigError, String(error))
  assert.deepEqual(
    error.problems.map(({ name }) => name),
    ['SIDECAR_AUDIT_DIR'],
  )
  return error.problems[0]?.problem ?? ''
}

test(
  'it is made for its owner alone where the folder above it is there, and taken as it is the next time',
  onUnix,
  async (t) => {
    const folder = auditFolder(t)
    await checkAuditFolder(folder)
    assert.equal(statSync(folder).mode & 0o7777, 0o700)
    await checkAuditFolder(folder)
  },
)

test('it is not made below one that is missing: a typing error, or a disk that is not mounted', async (t) => {
  assert.match(await problemOf(join(auditFolder(t), 'audit')), /the folder above it does not exist/)
})

for (const mode of [0o750, 0o705, 0o701, 0o777]) {
  test(`a folder of mode ${mode.toString(8)} is refused with the command that mends it`, onUnix, async (t) => {
    const folder = auditFolder(t)
    mkdirSync(folder)
    chmodSync(folder, mode)
    const problem = await problemOf(folder)
    assert.ok(problem.includes(`has mode 0${mode.toString(8)}`), problem)
    assert.ok(problem.endsWith(`chmod 700 ${folder}`), problem)
    chmodSync(folder, 0o700)
    await checkAuditFolder(folder)
  })
}

test("another user's folder is refused, to root too", {
  skip: !isRoot && 'only root can give a folder away',
}, async (t) => {
  const folder = auditFolder(t)
  mkdirSync(folder, { mode: 0o700 })
  chownSync(folder, nobody, nobody)
  assert.match(await problemOf(folder), /belongs to another user \(uid 65534\)/)
})

test('a file is refused, and a link leads to the folder that counts', onUnix, async (t) => {
  const folder = auditFolder(t)
  const file = join(dirname(folder), 'file')
  writeFileSync(file, '')
  assert.match(await problemOf(file), /should be a folder/)
  assert.match(await problemOf(join(file, 'audit')), /should be a folder/)
  mkdirSync(join(dirname(folder), 'real'), { mode: 0o700 })
  symlinkSync('real', folder)
  await checkAuditFolder(folder)
})
