// One writer a folder, whatever becomes of the one before (design/promises 9.10).
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openSegment } from '../../../src/audit/writing/segment-file.ts'
import { TrailTakenError } from '../../../src/audit/writing/trail-disk.ts'
import { reportFailure } from '../../../src/commands/report-failure.ts'
import { auditFolder, beginOf, openTestTrail, wholeTrail } from '../../support/audit-trail.ts'
import { eventually } from '../../support/wire.ts'

/** A process that writes this trail, as `audit-writer-process.ts` says. */
async function startWriter(t: TestContext, folder: string): Promise<{ child: ChildProcess; said: unknown[] }> {
  const child = fork(join(import.meta.dirname, '../../support/audit-writer-process.js'), [folder], { stdio: 'inherit' })
  t.after(() => child.kill('SIGKILL'))
  const said: unknown[] = []
  child.on('message', (message) => said.push(message))
  await eventually(() => said.length > 2, 'it writes', 20_000)
  return { child, said }
}

test('a writer that was killed is followed by the next one; what it had promised is there', async (t) => {
  const folder = auditFolder(t)
  const { child, said } = await startWriter(t, folder)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  const promised = said.length
  const trail = await openTestTrail(t, folder)
  const seq = await trail.commit(beginOf('after'))
  assert.ok(seq > promised, `${seq} after ${promised}`)
  const lines = wholeTrail(folder)
  for (const promise of said) assert.equal(lines[Number(promise) - 1]?.event, 'begin')
})

test('a writer that was frozen until another one took its place writes nothing more, and says why', async (t) => {
  const folder = auditFolder(t)
  const { child, said } = await startWriter(t, folder)
  child.kill('SIGSTOP')
  const trail = await openTestTrail(t, folder)
  await trail.commit(beginOf('mine'))
  child.kill('SIGCONT')
  await eventually(() => said.includes('refused'), 'it is refused', 20_000)
  const after = await trail.commit(beginOf('mine too'))
  const lines = wholeTrail(folder)
  assert.equal(lines.at(-1)?.seq, after)
  const firstOfMine = lines.findIndex(({ requestId }) => requestId === 'mine')
  assert.deepEqual(
    lines.slice(firstOfMine).map(({ requestId }) => requestId),
    ['mine', 'mine too'],
  )
})

for (const when of ['before it writes', 'while it writes'] as const) {
  test(`a writer that is frozen ${when} until another one took its place promises nothing, before any look at the folder`, async (t) => {
    const folder = auditFolder(t)
    const path = (number: number) => join(folder, `audit.lock.${number}`)
    /** As if it had slept: no sign of life can be given any more, and another writer has come. */
    function freeze(): void {
      rmSync(path(1), { force: true })
      writeFileSync(path(2), 'held 1')
      const now = performance.now.bind(performance)
      t.mock.method(performance, 'now', () => now() + 10_000)
    }
    let onSync = () => {}
    const trail = await openTestTrail(t, folder, {
      lookMs: 1_000_000,
      async open(path, isNew) {
        const file = await openSegment(path, isNew)
        const datasync = file.datasync.bind(file)
        return Object.assign(file, { datasync: () => datasync().then(() => onSync()) })
      },
    })
    await trail.commit(beginOf('r-1'))
    if (when === 'before it writes') freeze()
    else onSync = freeze
    await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
    assert.equal(trail.state().failing?.why, 'taken')
    assert.deepEqual(
      trail.said.map(({ level, why }) => [level, why]),
      [['error', 'taken']],
    )
    assert.equal(wholeTrail(folder).length, when === 'before it writes' ? 1 : 2)
  })
}

test('a writer that has lost its turn says so without a request', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  await trail.commit(beginOf('r-1'))
  writeFileSync(join(folder, 'audit.lock.2'), 'held 1')
  await eventually(() => trail.state().failing?.why === 'taken', 'it is seen', 20_000)
  await assert.rejects(trail.commit(beginOf('r-2')), { code: 'audit_unavailable' })
})

test('that another process writes the trail ends a start with 3', (t) => {
  const written: string[] = []
  t.mock.method(process.stderr, 'write', (text: string) => {
    written.push(text)
    return true
  })
  assert.equal(reportFailure(new TrailTakenError('/srv/audit')), 3)
  assert.match(written.join(''), /another process writes the audit trail in \/srv\/audit.*\n.*SIDECAR_AUDIT_DIR/)
})
