// design/promises 10.3: the pace at which a share got places of late.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlimited } from '../../../src/callers/restrictions.ts'
import { newShare } from '../../../src/forwarding/turns/share.ts'
import { beginPace, notePace, wouldWaitMs } from '../../../src/forwarding/turns/share-pace.ts'

test('the pace follows what was seen of late, and one odd moment moves it by a fifth', () => {
  const share = newShare('a', 'name', unlimited)
  assert.equal(wouldWaitMs(share), 1000)
  beginPace(share, 100_000)
  notePace(share, 100_200)
  notePace(share, 100_400)
  assert.equal(wouldWaitMs(share), 200)
  notePace(share, 101_400)
  assert.equal(Math.round(wouldWaitMs({ ...share, waiting: 3 })), 4 * 360)
})

test('it is kept for a minute in which nobody waits, and then forgotten', () => {
  const share = newShare('a', 'name', unlimited)
  beginPace(share, 0)
  notePace(share, 300)
  beginPace(share, 60_300)
  assert.equal(wouldWaitMs(share), 300)
  beginPace(share, 120_301)
  assert.equal(wouldWaitMs(share), 1000)
})
