// design/promises 10.4 and 10.5: pauses that CATAPA asks for, and how the limit shrinks and grows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlimited } from '../../../src/callers/restrictions.ts'
import { endPause, learn } from '../../../src/forwarding/turns/learn.ts'
import { newShare } from '../../../src/forwarding/turns/share.ts'
import { showShares } from '../../../src/forwarding/turns/shown-shares.ts'
import {
  admitDue,
  arrive,
  giveBack,
  newTurns,
  refuseIfFutile,
  type Turns,
  take,
} from '../../../src/forwarding/turns/turns.ts'

const waiter = { go() {}, refuse() {} }
const share = () => newShare('a', 'name', unlimited)

/** Turns with so many places, all in use since `at`. */
function inUse(of: number, at = 0) {
  const turns = newTurns(of, { queueTimeoutMs: 30_000, holdMs: 30_000 })
  const own = share()
  for (let i = 0; i < of; i++) take(turns, own, () => at)
  return { turns, own }
}

const answer = (turns: Turns, status: number, sentAt: number, now: number, pauseMs?: number) =>
  learn(turns, { status, sentAt, pauseMs }, now)

test('a burst of 64 that meets a quota halves once, not once for each 429', () => {
  const { turns, own } = inUse(64)
  for (let i = 0; i < 64; i++) {
    answer(turns, 429, 0, 10 + i)
    giveBack(turns, own)
  }
  assert.equal(turns.limit, 32)
})

test('one call that meets a 429 by itself halves what may be used, and does not leave one place', () => {
  const turns = newTurns(64, { queueTimeoutMs: 30_000, holdMs: 30_000 })
  take(turns, share(), () => 0)
  answer(turns, 429, 0, 10)
  assert.equal(turns.limit, 32)
})

test('a 429 to what was sent after the halving halves again; never below 4', () => {
  const { turns } = inUse(64)
  const limits = [20, 30, 40, 50, 60].map((now) => {
    answer(turns, 429, now - 5, now)
    return turns.limit
  })
  assert.deepEqual(limits, [32, 16, 8, 4, 4])
})

test('where fewer than 4 are configured a 429 leaves them all', () => {
  for (const of of [1, 3, 4]) {
    const { turns } = inUse(of)
    answer(turns, 429, 1, 5)
    assert.equal(turns.limit, of)
  }
  const { turns } = inUse(5)
  answer(turns, 429, 1, 5)
  assert.equal(turns.limit, 4)
})

test('the limit grows by one for each round of answers without a 429, to what is configured and no further', () => {
  const { turns } = inUse(6)
  answer(turns, 429, 1, 5)
  assert.equal(turns.limit, 4)
  const after = Array.from({ length: 12 }, (_, i) => {
    answer(turns, i === 3 ? 503 : 200, 6, 10 + i)
    return turns.limit
  })
  assert.deepEqual(after, [4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6])
})

test('answers to what was sent before the halving are no part of a round', () => {
  const { turns } = inUse(8)
  answer(turns, 429, 1, 5)
  for (let i = 0; i < 20; i++) answer(turns, 200, 5, 10)
  assert.equal(turns.limit, 4)
  for (let i = 0; i < 4; i++) answer(turns, 200, 6, 10)
  assert.equal(turns.limit, 5)
})

test('a round begins anew after a 429', () => {
  const { turns } = inUse(16)
  answer(turns, 429, 1, 5)
  for (let i = 0; i < 7; i++) answer(turns, 200, 6, 7)
  answer(turns, 429, 6, 8)
  assert.equal(turns.limit, 4)
  for (let i = 0; i < 3; i++) answer(turns, 200, 9, 10)
  assert.equal(turns.limit, 4)
  answer(turns, 200, 9, 10)
  assert.equal(turns.limit, 5)
})

test('a 503 does not halve, with or without a pause', () => {
  const { turns } = inUse(8)
  answer(turns, 503, 1, 5)
  answer(turns, 503, 1, 5, 2000)
  assert.equal(turns.limit, 8)
})

test('a pause ends with its latest end: a later statement makes it longer, never shorter; 60 s at most', () => {
  const { turns } = inUse(8)
  answer(turns, 503, 1, 1000, 5000)
  answer(turns, 503, 1, 2000, 1000)
  assert.equal(turns.pause?.until, 6000)
  answer(turns, 429, 1, 3000, 9000)
  assert.deepEqual([turns.pause?.until, turns.pause?.since, turns.pause?.status], [12_000, 1000, 503])
  answer(turns, 429, 1, 4000, 3_600_000)
  assert.equal(turns.pause?.until, 64_000)
  assert.equal(endPause(turns, 63_999), undefined)
  assert.equal(endPause(turns, 64_000)?.since, 1000)
  assert.equal(turns.pause, undefined)
})

test('when a pause begins, writes that wait go, and so do reads that would wait too long; the others wait on', () => {
  const { turns, own } = inUse(1)
  const waits = (patient: boolean, at: number) => arrive(turns, { share: own, waiter, patient, again: false }, at)
  const early = waits(true, 100)
  const write = waits(false, 24_000)
  const read = waits(true, 24_000)
  const gone = answer(turns, 503, 1, 25_000, 10_000)
  assert.deepEqual(
    gone.map(([waiting, { why, atOnce, retryAfterMs }]) => [waiting, why, atOnce, retryAfterMs]),
    [
      [early, 'hold', false, 10_000],
      [write, 'hold', false, 10_000],
    ],
  )
  assert.deepEqual(
    [own.first, read.why, turns.pause?.waited, turns.held, turns.turnedAway.hold],
    [read, 'hold', 1, 1, 2],
  )
  giveBack(turns, own)
  assert.deepEqual(admitDue(turns, 34_999), [])
  endPause(turns, 35_000)
  assert.deepEqual(admitDue(turns, 35_000), [read])
})

test('in a pause a write is turned away, and a read waits for its end if that comes in time', () => {
  const { turns, own } = inUse(1)
  answer(turns, 429, 1, 1000, 29_000)
  const ask = (patient: boolean, now: number) =>
    refuseIfFutile(turns, { share: own, waiter, patient, again: false }, now)
  assert.equal(ask(true, 1000), undefined)
  assert.deepEqual([ask(false, 1000)?.why, ask(false, 2000)?.retryAfterMs], ['hold', 28_000])
  answer(turns, 429, 1, 2000, 31_000)
  assert.equal(ask(true, 2000)?.retryAfterMs, 31_000)
  assert.equal(ask(true, 3000), undefined)
})

for (const [name, patience, waits] of [
  ['SIDECAR_HOLD of 0: nobody waits', { holdMs: 0, queueTimeoutMs: 30_000 }, false],
  ['a pause as long as SIDECAR_HOLD', { holdMs: 2000, queueTimeoutMs: 30_000 }, true],
  ['a pause longer than SIDECAR_HOLD', { holdMs: 1999, queueTimeoutMs: 30_000 }, false],
  ['a pause longer than SIDECAR_QUEUE_TIMEOUT', { holdMs: 30_000, queueTimeoutMs: 1999 }, false],
] as const) {
  test(`${name}, and nothing is sent all the same`, () => {
    const turns = newTurns(8, patience)
    const own = share()
    answer(turns, 503, 1, 1000, 2000)
    assert.equal(refuseIfFutile(turns, { share: own, waiter, patient: true, again: false }, 1000) === undefined, waits)
    assert.equal(
      take(turns, own, () => 1500),
      false,
    )
  })
}

test('who has waited for a place already has all of SIDECAR_HOLD before it when a pause begins', () => {
  const turns = newTurns(1, { holdMs: 2000, queueTimeoutMs: 30_000 })
  const own = share()
  take(turns, own, () => 0)
  arrive(turns, { share: own, waiter, patient: true, again: false }, 100)
  assert.deepEqual(answer(turns, 503, 1, 5000, 2000), [])
  assert.equal(own.waiting, 1)
})

test('a pause that lasts longer than was said sends away whom that is too long for; the time in it counts from its beginning', () => {
  const turns = newTurns(1, { holdMs: 5000, queueTimeoutMs: 30_000 })
  const own = share()
  answer(turns, 503, 1, 1000, 4000)
  const first = arrive(turns, { share: own, waiter, patient: true, again: false }, 1000)
  const second = arrive(turns, { share: own, waiter, patient: true, again: false }, 3000)
  assert.deepEqual(
    answer(turns, 503, 1, 3000, 4000).map(([waiting]) => waiting),
    [first],
  )
  assert.deepEqual([own.first, turns.held, turns.pause?.waited], [second, 2, 2])
})

test('pauses with gaps under a minute belong together, and a longer gap begins anew', () => {
  const { turns, own } = inUse(4)
  const since = (now: number) => {
    endPause(turns, now)
    const { since } = showShares(turns, [own], now).pauses
    return since === null ? null : Math.round((Date.parse(since) - Date.now() + now) / 1000)
  }
  assert.equal(since(0), null)
  for (const at of [100_000, 160_000, 220_000]) {
    endPause(turns, at)
    answer(turns, 429, 0, at, 10_000)
  }
  assert.equal(since(221_000), 100)
  assert.equal(since(289_000), 100, 'within a minute after its end')
  assert.equal(since(291_000), null)
  answer(turns, 429, 0, 300_000, 10_000)
  assert.equal(since(301_000), 300)
})
