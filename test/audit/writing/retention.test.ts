// Whole segments, by the time of their last line (design/promises 9.6).
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { verifyTrail } from '../../../src/audit/reading/verify-trail.ts'
import { outdatedSegments } from '../../../src/audit/writing/retention.ts'
import type { AuditLine } from '../../support/audit-trail.ts'
import { auditFolder, faultyFiles, openTestTrail, readOf, segmentFiles, wholeTrail } from '../../support/audit-trail.ts'
import type { Ending } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

const dayMs = 86_400_000
const today = Date.now()

/** The clock of this process, until the end of the test. */
function clock(t: Ending): (at: number) => void {
  const real = Date.now
  t.after(() => {
    Date.now = real
  })
  return (at) => {
    Date.now = () => at
  }
}

/** A trail with one line at each of these times. */
async function trailOf(t: Ending, folder: string, times: readonly number[]): Promise<void> {
  const set = clock(t)
  const trail = await openTestTrail(t, folder, { keepDays: 100_000 })
  for (const at of times) {
    set(at)
    await trail.commit(readOf('r-1'))
  }
  await trail.stop()
  set(today)
}

const told = (lines: AuditLine[]) => lines.filter(({ event }) => event === 'retention').map(({ detail }) => detail)

test('at start, segments whose last line is older than is kept are deleted, and a line says which', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 20 * dayMs, today - 15 * dayMs, today - 9 * dayMs, today])
  const before = segmentFiles(folder)
  const trail = await openTestTrail(t, folder, { keepDays: 10 })
  await eventually(() => segmentFiles(folder).length === 2, 'two are deleted')
  await trail.stop()
  assert.deepEqual(segmentFiles(folder), before.slice(2))
  const lines = wholeTrail(folder)
  assert.equal(lines[0]?.seq, 4)
  assert.deepEqual(told(lines), [{ segments: 2, firstSeq: 1, lastSeq: 3, keepDays: 10 }])
  const { broken, deletedEnd } = verifyTrail(folder)
  assert.deepEqual([broken, deletedEnd], [undefined, new Date(today - 15 * dayMs).toISOString()])
})

test('a segment says when the line before it was, also after a restart', async (t) => {
  const folder = auditFolder(t)
  const times = [today - 3 * dayMs, today - 2 * dayMs]
  await trailOf(t, folder, times)
  const trail = await openTestTrail(t, folder)
  await trail.commit(readOf('r-1'))
  await trail.stop()
  const said = wholeTrail(folder).flatMap(({ event, detail }) => (event === 'segment' ? [detail] : []))
  assert.deepEqual(
    said,
    times.map((at) => ({ before: new Date(at).toISOString() })),
  )
})

test('a clock that is far ahead at the start deletes no more than a day behind the last line allows', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 11 * dayMs, today - 2 * dayMs, today])
  clock(t)(today + 40_000 * dayMs)
  const trail = await openTestTrail(t, folder, { keepDays: 11 })
  await trail.commit(readOf('r-2'))
  await eventually(() => segmentFiles(folder).length === 3, 'the oldest is deleted, and one was begun')
  await trail.stop()
  assert.equal(wholeTrail(folder)[0]?.seq, 2)
})

test('what ends just at the time from which is kept stays, and so does the segment that is written, however old it is', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 3 * dayMs, today - 2 * dayMs, today - dayMs])
  const names = segmentFiles(folder)
  const current = names[2] ?? ''
  assert.equal(await outdatedSegments(folder, current, today - 3 * dayMs), undefined)
  const one = { names: names.slice(0, 1), firstSeq: 1, lastSeq: 1 }
  assert.deepEqual(await outdatedSegments(folder, current, today - 3 * dayMs + 1), one)
  assert.deepEqual(await outdatedSegments(folder, names[1] ?? '', today), one)
})

test('the line that says what is deleted is on disk before anything is', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 20 * dayMs, today])
  const { open, done } = faultyFiles(() => undefined)
  let atSync: number | undefined
  const trail = await openTestTrail(t, folder, {
    keepDays: 10,
    async open(path, isNew) {
      const file = await open(path, isNew)
      return {
        ...file,
        async datasync() {
          if (done.includes('write')) atSync ??= segmentFiles(folder).length
          await file.datasync()
        },
      }
    },
  })
  await eventually(() => segmentFiles(folder).length === 1, 'one is deleted')
  await trail.stop()
  assert.equal(atSync, 2)
})

test('what is young enough stays, and nothing is said', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 9 * dayMs, today])
  const trail = await openTestTrail(t, folder, { keepDays: 10 })
  await trail.commit(readOf('r-2'))
  await trail.stop()
  assert.equal(segmentFiles(folder).length, 2)
  assert.deepEqual(told(wholeTrail(folder)), [])
})

test('with each new segment it is looked again; a segment between younger ones stays, since a trail has no holes', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 12 * dayMs, today - 5 * dayMs, today - 30 * dayMs, today])
  const set = clock(t)
  const trail = await openTestTrail(t, folder, { keepDays: 12.5 })
  await trail.commit(readOf('r-2'))
  assert.equal(segmentFiles(folder).length, 4)
  set(today + 2 * dayMs)
  await trail.commit(readOf('r-3'))
  set(today + 2 * dayMs + 1)
  await trail.commit(readOf('r-4'))
  await eventually(() => segmentFiles(folder).length === 4, 'the oldest is deleted')
  await trail.stop()
  assert.deepEqual(told(wholeTrail(folder)), [{ segments: 1, firstSeq: 1, lastSeq: 1, keepDays: 12.5 }])
})

test('a clock that jumps ahead for a moment deletes nothing', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 3 * dayMs, today - 2 * dayMs, today])
  const set = clock(t)
  const trail = await openTestTrail(t, folder, { keepDays: 10 })
  await trail.commit(readOf('r-2'))
  set(today + 40_000 * dayMs)
  await trail.commit(readOf('r-3'))
  await trail.stop()
  assert.deepEqual(told(wholeTrail(folder)), [])
  assert.equal(wholeTrail(folder)[0]?.seq, 1)
})

test('the segment that is being written is never deleted, however old its lines are', async (t) => {
  const folder = auditFolder(t)
  await trailOf(t, folder, [today - 50 * dayMs])
  const names = readdirSync(folder)
  const trail = await openTestTrail(t, folder, { keepDays: 1 })
  await eventually(() => trail.state().failing === undefined, 'it is open')
  await trail.stop()
  for (const name of names.filter((one) => one.endsWith('.jsonl'))) assert.ok(readdirSync(folder).includes(name))
})
