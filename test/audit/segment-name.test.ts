import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, segmentName, segmentsAmong } from '../../src/audit/segment-name.ts'

const at = Date.UTC(2026, 10, 27, 23, 59, 58, 999)
const time = new Date(at).toISOString()
const nextDay = new Date(at + 86_400_000).toISOString()

test('a segment is called after the time at which it was begun and the seq of its first line', () => {
  assert.equal(segmentName(time, 1), 'audit-20261127T235958Z-000000000001.jsonl')
  assert.equal(segmentName(time, 123_456_789_012), 'audit-20261127T235958Z-123456789012.jsonl')
})

test('segments are ordered by seq, since clocks go back, and whatever else lies in the folder is none', () => {
  const names = [segmentName(time, 30), segmentName(nextDay, 20), segmentName(time, 1)]
  const others = ['audit.lock.3', 'audit-20261127T235958Z-1.jsonl', 'audit-20261127T235958Z-000000000001.jsonl.gz']
  assert.deepEqual(segmentsAmong([...names, ...others]), [
    { name: names[2], begunAt: '20261127T235958Z', day: dayOf(at), firstSeq: 1 },
    { name: names[1], begunAt: '20261128T235958Z', day: dayOf(at) + 1, firstSeq: 20 },
    { name: names[0], begunAt: '20261127T235958Z', day: dayOf(at), firstSeq: 30 },
  ])
})
