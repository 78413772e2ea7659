// A trail that is written: when its lines are on disk, and in which order (design/promises 9.4 to 9.7, 9.10).
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { noHead } from '../../../src/audit/audit-line.ts'
import { segmentName } from '../../../src/audit/segment-name.ts'
import { TrailTakenError } from '../../../src/audit/writing/trail-disk.ts'
import { ConfigError } from '../../../src/settings/config-error.ts'
import {
  auditFolder,
  beginOf,
  faultyFiles,
  openTestTrail,
  readOf,
  segmentFiles,
  wholeTrail,
} from '../../support/audit-trail.ts'
import { eventually } from '../../support/wire.ts'

const onUnix = { skip: process.platform === 'win32' && 'Windows has no modes' }
const events = (folder: string) => wholeTrail(folder).map(({ event }) => event)
const ids = (folder: string) => wholeTrail(folder).map(({ requestId }) => requestId)
const dayMs = 86_400_000

test('a line that is waited for is on disk when it is there: written first, then synced', async (t) => {
  const folder = auditFolder(t)
  const { open, done } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, { open })
  assert.equal(await trail.commit(beginOf('r-1')), 1)
  assert.deepEqual(done, ['open', 'write', 'datasync'])
  assert.equal(await trail.commit(beginOf('r-2')), 2)
  assert.deepEqual(done.slice(3), ['write', 'datasync'])
  assert.deepEqual(ids(folder), ['r-1', 'r-2'])
  const head = wholeTrail(folder).at(-1)
  assert.deepEqual(trail.state(), {
    folder,
    head: { seq: 2, hash: head?.hash },
    lines: 2,
    unrecorded: 0,
    failing: undefined,
    replaced: undefined,
  })
})

test('all that wait leave in one write and one sync, with the notes before them, and their order is that of seq', async (t) => {
  const folder = auditFolder(t)
  const { open, done } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, { open })
  trail.note(readOf('r-0'))
  const seqs = Array.from({ length: 63 }, (_, i) => trail.commit(beginOf(`r-${i + 1}`)))
  trail.note(readOf('r-64'))
  assert.deepEqual(
    await Promise.all(seqs),
    Array.from({ length: 63 }, (_, i) => i + 2),
  )
  assert.deepEqual(done, ['open', 'write', 'datasync'])
  assert.deepEqual(
    ids(folder),
    Array.from({ length: 65 }, (_, i) => `r-${i}`),
  )
})

test('what comes while the disk is at work leaves together as soon as it has ended', async (t) => {
  const folder = auditFolder(t)
  const { open, done } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, { open })
  const first = trail.commit(beginOf('r-0'))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const later = Array.from({ length: 20 }, (_, i) => trail.commit(beginOf(`r-${i + 1}`)))
  await Promise.all([first, ...later])
  assert.equal(done.filter((what) => what === 'datasync').length, 2)
  assert.equal(wholeTrail(folder).length, 21)
})

test('notes alone are written in a moment without a sync, which follows within seconds; the head is what is on disk', async (t) => {
  const folder = auditFolder(t)
  const { open, done } = faultyFiles(() => undefined)
  const trail = await openTestTrail(t, folder, { open })
  await trail.commit(beginOf('r-0'))
  const before = trail.state().head
  for (let i = 1; i <= 5; i += 1) trail.note(readOf(`r-${i}`))
  const late = sleep(4000, undefined, { ref: false }) // By the same clock: where the machine stands still, both are late.
  const written = eventually(() => trail.state().lines === 6, 'the notes are written').then(() => 'written')
  assert.equal(await Promise.race([written, late]), 'written')
  assert.deepEqual(done.slice(0, 4), ['open', 'write', 'datasync', 'write'])
  assert.equal(before.seq, 1)
  await eventually(() => trail.state().head.seq === 6, 'the notes are on disk')
  assert.deepEqual(done.slice(4), ['datasync'])
  assert.equal(wholeTrail(folder).length, 6)
})

test('segments are their owner’s alone', onUnix, async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  await trail.commit(beginOf('r-1'))
  assert.equal(statSync(join(folder, segmentFiles(folder)[0] ?? '')).mode & 0o777, 0o600)
})

test('a trail goes on where it was left: same segment, next seq, hash of the last line; a head before the first line is seq 0', async (t) => {
  const folder = auditFolder(t)
  const first = await openTestTrail(t, folder)
  assert.deepEqual(first.state().head, noHead)
  first.note({ event: 'start' })
  await first.stop()
  assert.equal(first.state().head.seq, 1, 'what waited is written at stop')
  const second = await openTestTrail(t, folder)
  assert.deepEqual(second.state().head, first.state().head)
  assert.equal(await second.commit(beginOf('r-1')), 2)
  await second.stop()
  assert.deepEqual(events(folder), ['start', 'begin'])
  assert.equal(segmentFiles(folder).length, 1)
})

test('after stop nothing is written: a note is dropped, what waits for its line is refused', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  await trail.commit(beginOf('r-1'))
  await trail.stop()
  trail.note(readOf('r-2'))
  await assert.rejects(trail.commit(beginOf('r-3')), { code: 'audit_unavailable' })
  assert.deepEqual(ids(folder), ['r-1'])
})

test('a second writer is refused while the first lives, within seconds, and goes on once it has stopped', async (t) => {
  const folder = auditFolder(t)
  const first = await openTestTrail(t, folder)
  await first.commit(beginOf('r-1'))
  const askedAt = performance.now()
  await assert.rejects(openTestTrail(t, folder), (error: unknown) => {
    assert.ok(error instanceof TrailTakenError)
    assert.match(error.message, new RegExp(`another process writes the audit trail in ${folder}`))
    return true
  })
  assert.ok(performance.now() - askedAt < 12_000, 'one that lives is not waited for')
  await first.commit(beginOf('r-2'))
  await first.stop()
  const second = await openTestTrail(t, folder)
  assert.equal(await second.commit(beginOf('r-3')), 3)
  assert.equal(wholeTrail(folder).length, 3)
})

test('a folder that others can reach ends the start, whatever the rule for failures is', onUnix, async (t) => {
  const folder = auditFolder(t)
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  await assert.rejects(openTestTrail(t, folder, { onFailure: 'open' }), ConfigError)
  assert.deepEqual(readdirSync(folder), [])
})

/** A trail of three lines, which nobody writes. */
async function written(t: Parameters<typeof auditFolder>[0]): Promise<{ folder: string; path: string }> {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  for (const id of ['r-1', 'r-2', 'r-3']) await trail.commit(beginOf(id))
  await trail.stop()
  return { folder, path: join(folder, segmentFiles(folder)[0] ?? '') }
}

test('a torn last line is cut off at the next start, and a line says of which file and how many bytes', async (t) => {
  const { folder, path } = await written(t)
  appendFileSync(path, '{"v":1,"seq":4,"time":"2026-')
  const trail = await openTestTrail(t, folder)
  assert.equal(await trail.commit(beginOf('r-5')), 5)
  const recovered = wholeTrail(folder)[3]
  assert.deepEqual(recovered?.detail, { file: segmentFiles(folder)[0], bytes: 28 })
  assert.deepEqual(events(folder), ['begin', 'begin', 'begin', 'recovered', 'begin'])
})

test('a line that was torn in its middle is cut, wherever that is', async (t) => {
  const { folder, path } = await written(t)
  const whole = readFileSync(path)
  const lastBegins = whole.lastIndexOf(10, whole.length - 2) + 1
  for (const length of [lastBegins + 1, whole.length - 1]) {
    writeFileSync(path, whole)
    truncateSync(path, length)
    const trail = await openTestTrail(t, folder)
    assert.equal(await trail.commit(beginOf('r-x')), 4)
    await trail.stop()
    const recovered = wholeTrail(folder)[2]
    assert.deepEqual(recovered?.detail, { file: segmentFiles(folder)[0], bytes: length - lastBegins })
  }
})

test('a segment without a whole line, as a crash leaves it, is removed, and the trail goes on behind the one before', async (t) => {
  const { folder } = await written(t)
  const tomorrow = segmentName(new Date(Date.now() + dayMs).toISOString(), 4)
  for (const [content, more] of [
    ['', []],
    ['{"v":1,', ['recovered']],
  ] as const) {
    writeFileSync(join(folder, tomorrow), content)
    const trail = await openTestTrail(t, folder)
    trail.note({ event: 'start' })
    await trail.stop()
    assert.deepEqual(events(folder).slice(-1 - more.length), [...more, 'start'])
  }
})

test('what two segments have torn, as a disk that lost its power may, is counted together', async (t) => {
  const { folder, path } = await written(t)
  appendFileSync(path, '{"v":1,')
  writeFileSync(join(folder, segmentName(new Date(Date.now() + dayMs).toISOString(), 4)), '{"v":')
  const trail = await openTestTrail(t, folder)
  await trail.stop()
  assert.deepEqual(wholeTrail(folder).at(-1)?.detail, { file: segmentFiles(folder)[0], bytes: 12 })
})

test('a whole last line that is wrong is never cut: the trail goes on in a new segment, whose gap line names the damage', async (t) => {
  const { folder, path } = await written(t)
  const text = readFileSync(path, 'utf8')
  for (const wrong of [text.replace('r-3', 'r-9'), `${text}rubbish\n`]) {
    for (const name of segmentFiles(folder).slice(1)) truncateSync(join(folder, name))
    writeFileSync(path, wrong)
    const trail = await openTestTrail(t, folder)
    await trail.commit(beginOf('r-10'))
    await trail.stop()
    assert.equal(readFileSync(path, 'utf8'), wrong)
    const [, second = ''] = segmentFiles(folder)
    const lines = readFileSync(join(folder, second), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ event, seq }) => [event, seq]),
      [
        ['segment', 4],
        ['gap', 5],
        ['begin', 6],
      ],
    )
    assert.equal(lines[0].prev, JSON.parse(text.trim().split('\n')[2] ?? '').hash)
    assert.equal(lines[1].detail.why, 'damaged')
  }
})

test('a clock that jumps moves time and never seq: each other day has a segment of its own', async (t) => {
  const folder = auditFolder(t)
  const trail = await openTestTrail(t, folder)
  const real = Date.now
  const today = real()
  t.after(() => {
    Date.now = real
  })
  for (const jump of [0, dayMs * 3, -dayMs * 2, 0]) {
    Date.now = () => today + jump
    await trail.commit(beginOf(`jump-${jump}`))
  }
  const lines = wholeTrail(folder)
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    [1, 2, 3, 4, 5, 6, 7],
  )
  assert.equal(segmentFiles(folder).length, 4)
  assert.ok((lines[4]?.time ?? '') < (lines[2]?.time ?? ''))
  await trail.stop()
  const again = await openTestTrail(t, folder)
  assert.equal(again.state().head.seq, 7)
})
