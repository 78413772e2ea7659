import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upstreamSeen } from '../../src/network/last-answer.ts'

const minute = 60_000

test('the time of the last answer is that of each, the clock is looked at once a minute, and anew where ours is set back', (t) => {
  let now = Date.UTC(2026, 10, 27)
  t.mock.method(Date, 'now', () => now)
  const seen = upstreamSeen()
  assert.deepEqual([seen.answeredAt(), seen.clockSkewMs()], [undefined, undefined])
  const hear = (aheadMs: number | undefined) => {
    const date = aheadMs === undefined ? [] : ['DATE', new Date(now + aheadMs).toUTCString()]
    seen.heard(['Server', 'x', ...date].map((text) => Buffer.from(text)))
    return [seen.answeredAt(), seen.clockSkewMs()]
  }
  assert.deepEqual(hear(undefined), [now, undefined])
  assert.deepEqual(hear(2 * minute), [now, 2 * minute + 500])
  now += minute - 1
  assert.deepEqual(hear(-minute), [now, 2 * minute + 500])
  now += 1
  assert.deepEqual(hear(-minute), [now, -minute + 500])
  now -= 60 * minute
  assert.deepEqual(hear(59 * minute), [now, 59 * minute + 500])
})
