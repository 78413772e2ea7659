import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  shareFacts,
  shareName,
  sharesSummary,
  somebodyWaits,
  waitingShares,
  whyItWaits,
} from '../../../src/admin/page/share-words.ts'
import type { ShareShown, SharesShown } from '../../../src/forwarding/turns/shown-shares.ts'
import { idleShares } from '../../support/idle-shares.ts'

const at = (time: string) => new Date(`2026-11-27T${time}`).toISOString()
const greedy: ShareShown = { share: 'payroll-export', by: 'name', waiting: 940, inFlight: 60, why: 'places' }
const quiet: ShareShown = { share: 'intranet', by: 'name', waiting: 1, inFlight: 4, why: 'places' }
const idle: ShareShown = { share: 'localhost:8228', by: 'listener', waiting: 0, inFlight: 0, why: null }
const busy: SharesShown = { ...idleShares, places: { inUse: 64, limit: 64, of: 64 }, waiting: [idle, quiet, greedy] }
const hold = { since: at('12:03:04'), until: at('12:03:24'), status: 429, waiting: 3 }

test('nothing is told while nobody waits and nothing is held, whoever has called before', () => {
  assert.equal(somebodyWaits(idleShares), false)
  assert.equal(somebodyWaits({ ...busy, waiting: [idle, { ...greedy, waiting: 0, why: null }] }), false)
  assert.equal(somebodyWaits(busy), true)
  assert.equal(somebodyWaits({ ...idleShares, hold }), true)
})

test('the longest row stands first, and who has places is among them: for these the others wait', () => {
  const working = { ...quiet, share: 'time-clock', waiting: 0, why: null }
  assert.deepEqual(waitingShares({ ...busy, waiting: [idle, working, quiet, greedy] }), [greedy, quiet, working])
})

test('the summary says how many wait, and how many are under way', () => {
  assert.equal(
    sharesSummary(busy),
    '941 calls wait; there is nothing to do. Under way at CATAPA: 64, of at most 64 at a time.',
  )
})

for (const [status, said] of [
  [429, 'CATAPA said "too many requests" (429)'],
  [503, 'CATAPA said that it is busy (503)'],
] as const) {
  test(`a pause after a ${status} is told with its beginning, its end and what it means`, () => {
    assert.equal(
      sharesSummary({ ...idleShares, hold: { ...hold, status } }),
      `${said} at 12:03:04 and asked for a pause until 12:03:24. Nothing is sent until then, for any caller. No call waits. Under way at CATAPA: 0, of at most 64 at a time.`,
    )
  })
}

for (const [why, shares, said] of [
  ['places', busy, 'all 64 connections to CATAPA are in use; callers take turns'],
  [
    'places',
    { ...busy, places: { inUse: 8, limit: 8, of: 64 } },
    'as many calls are under way as CATAPA takes at present (8); callers take turns',
  ],
  ['rate', busy, 'it has made as many calls in this second as its section of the callers file allows'],
  ['max-in-flight', busy, 'it has as many calls under way as its section of the callers file allows'],
  ['hold', busy, 'CATAPA has asked for a pause'],
  [null, busy, 'it does not wait'],
] as const) {
  test(`why a caller waits is said: ${said}`, () => {
    assert.equal(whyItWaits({ ...greedy, why }, shares), said)
  })
}

test('a caller without a name is known by its listener, and the text for terminals has a row for each', () => {
  assert.equal(shareName(idle), 'callers without a name, at localhost:8228')
  assert.deepEqual(shareFacts({ ...busy, waiting: [quiet, { ...idle, inFlight: 2 }] }), [
    {
      label: 'intranet',
      value: '1 waiting, 4 under way. Why: all 64 connections to CATAPA are in use; callers take turns.',
    },
    { label: 'callers without a name, at localhost:8228', value: '0 waiting, 2 under way.' },
  ])
})
