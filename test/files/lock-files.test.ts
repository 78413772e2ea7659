// The lock that a trail and a login share (test/login/folder-lock.test.ts tries the rest of it).
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { takeLock } from '../../src/files/lock-files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventually } from '../support/wire.ts'

test('locks of two names in one folder know nothing of each other', async (t) => {
  const folder = temporaryFolder(t)
  const one = await takeLock({ folder, name: 'audit.lock' }, { waitMs: 0 })
  const other = await takeLock({ folder, name: 'login.lock' }, { waitMs: 0 })
  assert.deepEqual(await Promise.all([one?.held(), other?.held()]), [true, true])
  assert.deepEqual(readdirSync(folder).sort(), ['audit.lock.1', 'login.lock.1'])
  await Promise.all([one?.release(), other?.release()])
})

for (const taken of [true, false]) {
  test(`a holder that was frozen ${taken ? 'and has lost its turn does not take itself for fresh' : 'is fresh again after its next sign of life where nobody came'}`, async (t) => {
    const folder = temporaryFolder(t)
    const lock = await takeLock({ folder, name: 'audit.lock' }, { waitMs: 0 })
    assert.equal(lock?.fresh(), true)
    const sign = () => readFileSync(join(folder, 'audit.lock.1'), 'latin1')
    const before = sign()
    if (taken) writeFileSync(join(folder, 'audit.lock.2'), 'held 1')
    const now = performance.now.bind(performance)
    t.mock.method(performance, 'now', () => now() + 10_000)
    assert.equal(lock.fresh(), false)
    await eventually(() => sign() !== before, 'a sign of life')
    const first = sign()
    await eventually(() => sign() !== first, 'the next one, by which all of the first has been done')
    assert.equal(lock.fresh(), !taken)
    await lock.release()
  })
}

test('who waits for a dead holder only gives up as soon as the holder shows a sign of life', async (t) => {
  const folder = temporaryFolder(t)
  const lock = { folder, name: 'audit.lock' }
  const holder = await takeLock(lock, { waitMs: 0 })
  const begun = performance.now()
  assert.equal(await takeLock(lock, { waitMs: 60_000, unlessAlive: true }), undefined)
  assert.ok(performance.now() - begun < 30_000)
  await holder?.release()
  const next = await takeLock(lock, { waitMs: 0, unlessAlive: true })
  assert.equal(await next?.held(), true)
  await next?.release()
})
