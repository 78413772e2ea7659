import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EntryFilter, passes } from '../../../src/audit/reading/entry-filter.ts'
import { entriesOf, type TrailEntry } from '../../../src/audit/reading/trail-entries.ts'
import { trailLines } from '../../../src/audit/reading/trail-lines.ts'
import type { Ending } from '../../support/sidecar.ts'
import {
  aBegin,
  anEnd,
  aRead,
  linesOf,
  setLines,
  type TrailMaker,
  trailFolderOf,
  trailMaker,
} from '../../support/trails.ts'

function read(t: Ending, { files }: TrailMaker, since?: string) {
  let unread = 0
  const countUnread = () => {
    unread += 1
  }
  const entries = [...entriesOf(trailLines(trailFolderOf(t, files), since, countUnread))]
  return { entries, unread }
}

const short = ({ seq, event, outcome, end }: TrailEntry) => [seq, event, outcome, end?.seq]

test('a begin and its end are one entry with the members of both, which is told where the end is', (t) => {
  const trail = trailMaker()
  const [one, other] = [trail.add(aBegin()), trail.add(aBegin({ caller: 'intranet' }))]
  trail.add(aRead())
  trail.add(anEnd(other, { caller: 'intranet', status: 409 }))
  trail.add(anEnd(one))
  const { entries } = read(t, trail)
  assert.deepEqual(entries.map(short), [
    [3, 'request', 'answered', undefined],
    [2, 'request', 'answered', 4],
    [1, 'request', 'answered', 5],
  ])
  const { members, time, end } = entries[1] ?? assert.fail()
  assert.deepEqual([members.caller, members.status, members.effect], ['intranet', 409, 'write'])
  assert.ok(time < (end?.time ?? ''))
  for (const name of ['v', 'seq', 'time', 'event', 'begin', 'prev', 'hash']) assert.ok(!(name in members), name)
})

test('a begin without an end is "unknown": after a crash at the next start, else at the end of the trail', (t) => {
  const trail = trailMaker()
  trail.add(aBegin())
  trail.add({ event: 'start' })
  trail.add(aBegin({ caller: 'intranet' }))
  trail.add(aRead())
  assert.deepEqual(read(t, trail).entries.map(short), [
    [1, 'request', 'unknown', undefined],
    [2, 'start', undefined, undefined],
    [4, 'request', 'answered', undefined],
    [3, 'request', 'unknown', undefined],
  ])
})

test('an end whose begin was deleted is an entry by itself', (t) => {
  const trail = trailMaker()
  const begin = trail.add(aBegin())
  trail.segment()
  trail.add(anEnd(begin))
  trail.retire()
  assert.deepEqual(read(t, trail).entries.map(short), [
    [2, 'segment', undefined, undefined],
    [3, 'request', 'answered', 3],
    [4, 'retention', undefined, undefined],
  ])
})

test('the outcome tells whether CATAPA answered, the sidecar refused, or it failed', (t) => {
  const trail = trailMaker()
  trail.add(aRead({ status: 404 }))
  trail.add(aRead({ verdict: 'refused', status: 403, origin: 'sidecar', reached: 'no' }))
  trail.add(aRead({ status: 503, origin: 'sidecar', reached: 'no' }))
  trail.add(aRead({ status: undefined, origin: undefined, reached: 'maybe' }))
  assert.deepEqual(
    read(t, trail).entries.map(({ outcome }) => outcome),
    ['answered', 'refused', 'failed', 'failed'],
  )
})

test('lines that are not in their form are counted, and the others are read', (t) => {
  const trail = trailMaker()
  for (let line = 0; line < 3; line++) trail.add(aRead())
  const [name = ''] = trail.files.keys()
  setLines(trail.files, name, linesOf(trail.files, name).with(1, 'nonsense'))
  trail.files.set(name, `${trail.files.get(name)}torn`)
  const { entries, unread } = read(t, trail)
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    [1, 3],
  )
  assert.equal(unread, 2)
})

test('segments that end more than a day before the time that is asked for are not opened', (t) => {
  const trail = trailMaker()
  for (let day = 0; day < 4; day++) {
    trail.add(aRead())
    trail.segment(86_400_000)
  }
  const days = read(t, trail, '2026-11-30T12:00:00.000Z').entries.map(({ time }) => time.slice(8, 10))
  assert.deepEqual([...new Set(days)], ['29', '30', '01'])
})

test('entries are chosen by caller, effect, time and subject, which only requests have', (t) => {
  const trail = trailMaker()
  trail.add({ event: 'start' })
  trail.add(aRead({ subject: 'a'.repeat(64) }))
  const begin = trail.add(aBegin())
  trail.add(anEnd(begin))
  const { entries } = read(t, trail)
  const all: EntryFilter = {
    caller: undefined,
    effect: undefined,
    refused: false,
    since: undefined,
    until: undefined,
    subjects: undefined,
  }
  const chosen = (filter: Partial<EntryFilter>) =>
    entries.filter((entry) => passes(entry, { ...all, ...filter })).map(({ seq }) => seq)
  assert.deepEqual(chosen({}), [1, 2, 3])
  assert.deepEqual(chosen({ caller: 'time-clock' }), [3])
  assert.deepEqual(chosen({ effect: 'read' }), [2])
  assert.deepEqual(chosen({ subjects: new Set(['a'.repeat(64)]) }), [2])
  assert.deepEqual(chosen({ subjects: new Set() }), [])
  assert.deepEqual(chosen({ since: entries[1]?.time }), [2, 3])
  assert.deepEqual(chosen({ until: entries[1]?.time }), [1])
})
