// design/promises 10.1: who had a place before stands first, each kind in the order of its coming.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlimited } from '../../../src/callers/restrictions.ts'
import { join, queueOf, quit, soonest } from '../../../src/forwarding/turns/queue.ts'
import { newShare, type PlaceWait } from '../../../src/forwarding/turns/share.ts'

function queue() {
  const share = newShare('a', 'name', unlimited)
  const waiter = { go() {}, refuse() {} }
  const add = (until: number, again = false): PlaceWait => {
    const links = { before: undefined, after: undefined }
    const waiting: PlaceWait = { share, waiter, patient: true, again, since: 0, until, why: 'places', ...links }
    join(share, waiting)
    return waiting
  }
  return { share, add, order: () => queueOf(share).map(({ until }) => until) }
}

test('those who had a place before stand in their own order before all others', () => {
  const { add, order } = queue()
  for (const [until, again] of [
    [1, false],
    [2, true],
    [3, false],
    [4, true],
    [5, true],
  ] as const)
    add(until, again)
  assert.deepEqual(order(), [2, 4, 5, 1, 3])
})

test('anybody can leave from anywhere, down to the last', () => {
  const { add, order, share } = queue()
  const [first, second, third, fourth] = [1, 2, 3, 4].map((until) => add(until)) as [
    PlaceWait,
    PlaceWait,
    PlaceWait,
    PlaceWait,
  ]
  quit(share, second)
  assert.deepEqual([order(), share.waiting], [[1, 3, 4], 3])
  quit(share, fourth)
  quit(share, first)
  add(5)
  assert.deepEqual(order(), [3, 5])
  quit(share, third)
  quit(share, share.first as PlaceWait)
  assert.deepEqual([share.first, share.last, share.waiting], [undefined, undefined, 0])
})

test('who will have waited enough first may stand behind those who came later, but had a place before', () => {
  const { add, share } = queue()
  assert.equal(soonest(share), undefined)
  add(5)
  add(6)
  add(7, true)
  assert.equal(soonest(share)?.until, 5)
  add(4, true)
  assert.equal(soonest(share)?.until, 4)
})
