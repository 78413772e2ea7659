// design/promises 10.2: a rate lets go what was not used of the last second, and at least one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newShare } from '../../../src/forwarding/turns/share.ts'
import { letsGoAt, useRate } from '../../../src/forwarding/turns/share-rate.ts'

/** How many go at once at a time, and when the next one does. */
function burst(rate: number, now: number, share = newShare('a', 'name', { maxInFlight: undefined, rate })) {
  let count = 0
  for (; letsGoAt(share) <= now; count++) useRate(share, now)
  return { count, nextMs: letsGoAt(share) - now, share }
}

for (const [rate, count, nextMs] of [
  [1, 1, 1000],
  [0.5, 1, 2000],
  [20, 20, 50],
  [2.5, 2, 200],
] as const) {
  test(`${rate} a second: ${count} at once, the next after ${nextMs} ms, and never more saved up`, () => {
    const first = burst(rate, 5000)
    assert.deepEqual([first.count, Math.round(first.nextMs)], [count, nextMs])
    const later = burst(rate, 900_000, first.share)
    assert.deepEqual([later.count, Math.round(later.nextMs)], [count, nextMs])
  })
}

test('the one behind others goes so many steps later; without a rate everybody goes', () => {
  const { share } = burst(4, 5000)
  assert.equal(letsGoAt(share, 3) - letsGoAt(share), 750)
  const free = newShare('a', 'name', { maxInFlight: 3, rate: undefined })
  useRate(free, 5000)
  assert.ok(letsGoAt(free, 1000) <= 0)
})
