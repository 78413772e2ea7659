// Which line goes into which segment (design/promises 9.5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { positionOf } from '../../../src/audit/audit-chain.ts'
import { noHead } from '../../../src/audit/audit-line.ts'
import { dayOf, segmentsAmong } from '../../../src/audit/segment-name.ts'
import {
  layOut,
  type SegmentPiece,
  type StampedEntry,
  type TrailPosition,
} from '../../../src/audit/writing/compose-lines.ts'
import { beginOf, readOf } from '../../support/audit-trail.ts'

const noon = Date.UTC(2026, 10, 27, 12)
const dayMs = 86_400_000
const nowhere: TrailPosition = { head: noHead, at: undefined, segment: undefined }
const stamped = (...times: number[]): StampedEntry[] => times.map((at, i) => ({ entry: readOf(`r-${i}`), at }))
const linesOf = ({ bytes }: SegmentPiece) =>
  bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

test('the very first line begins a segment and is no segment line; the next ones follow in it', () => {
  const [piece, ...more] = layOut(nowhere, stamped(noon, noon + 1))
  assert.deepEqual(more, [])
  assert.ok(piece)
  assert.deepEqual(
    [piece.begins, piece.name, piece.entries, piece.firstSeq, piece.lines],
    [true, 'audit-20261127T120000Z-000000000001.jsonl', 2, 1, 2],
  )
  assert.equal(piece.after.segment?.bytes, piece.bytes.length)
  const [next] = layOut(piece.after, stamped(noon + 2))
  assert.deepEqual([next?.begins, next?.name, next?.firstSeq], [false, piece.name, 3])
})

test('midnight begins another segment, with a segment line behind the last of the day', () => {
  const [today, tomorrow, ...more] = layOut(nowhere, stamped(noon, noon + dayMs, noon + dayMs))
  assert.deepEqual(more, [])
  assert.ok(today && tomorrow)
  const [segment, first] = linesOf(tomorrow)
  assert.deepEqual([segment.event, segment.seq, segment.prev], ['segment', 2, linesOf(today)[0].hash])
  assert.deepEqual([first.event, first.seq, first.prev], ['request', 3, segment.hash])
  assert.deepEqual([tomorrow.entries, tomorrow.firstSeq, tomorrow.lines], [2, 3, 3])
  assert.equal(tomorrow.name, 'audit-20261128T120000Z-000000000002.jsonl')
})

test('a clock that goes back over midnight begins another one too, and seq goes on', () => {
  const pieces = layOut(nowhere, stamped(noon + dayMs, noon, noon))
  assert.deepEqual(
    pieces.map(({ name }) => name),
    ['audit-20261128T120000Z-000000000001.jsonl', 'audit-20261127T120000Z-000000000002.jsonl'],
  )
})

test('a segment is never larger than the limit, unless a single line is', () => {
  const [one] = layOut(nowhere, stamped(noon))
  const size = one?.bytes.length ?? 0
  assert.equal(layOut(nowhere, stamped(noon, noon, noon), size * 3).length, 1)
  const pieces = layOut(nowhere, stamped(noon, noon, noon), size * 3 - 1)
  assert.deepEqual(
    pieces.map(({ entries }) => entries),
    [2, 1],
  )
  assert.deepEqual(
    layOut(nowhere, stamped(noon, noon), 10).map(({ entries }) => entries),
    [1, 1],
  )
})

test('nothing that waits is nothing to write', () => {
  assert.deepEqual(layOut(nowhere, []), [])
})

const entries = fc.array(
  fc.record({
    entry: fc.oneof(fc.constant(readOf('r-1')), fc.string({ unit: 'binary', maxLength: 300 }).map(beginOf)),
    at: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: noon, max: noon + 60_000 }) },
      fc.integer({ min: 0, max: 4e12 }),
    ),
  }),
  { maxLength: 40 },
)

test('whatever waits, and however it is divided: every line follows the one before, in a segment of its day and size', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 500, max: 5000 }), (all, batch, most) => {
      let standing = nowhere
      const sizes = new Map<string, number>()
      let expected = noHead
      for (let i = 0; i < all.length; i += batch) {
        const some = all.slice(i, i + batch)
        const pieces = layOut(standing, some, most)
        let count = 0
        for (const piece of pieces) {
          assert.equal(piece.begins, !sizes.has(piece.name))
          const before = sizes.get(piece.name) ?? 0
          sizes.set(piece.name, before + piece.bytes.length)
          const lines = piece.bytes.toString().split('\n').slice(0, -1)
          assert.equal(lines.length, piece.lines)
          for (const [index, line] of lines.entries()) {
            const place = positionOf(line)
            assert.ok(place?.intact)
            assert.equal(JSON.parse(line).prev, expected.hash)
            assert.equal(place.head.seq, expected.seq + 1)
            assert.equal(dayOf(place.at), segmentsAmong([piece.name])[0]?.day)
            assert.equal(JSON.parse(line).event === 'segment', piece.begins && index === 0 && place.head.seq > 1)
            expected = place.head
          }
          assert.equal(piece.firstSeq + piece.entries - 1, expected.seq)
          assert.equal(piece.after.segment?.bytes, sizes.get(piece.name))
          if (lines.length > (piece.begins ? 2 : 1)) assert.ok(before + piece.bytes.length <= most)
          count += piece.entries
          standing = piece.after
        }
        assert.equal(count, some.length)
        assert.deepEqual(standing.head, expected)
      }
    }),
    { seed: 18, numRuns: 300 },
  )
})
