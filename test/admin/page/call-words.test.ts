// What a call took is told apart from what it waited here: else a limit of its caller looks like a slow CATAPA.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latencySummary, tookFor } from '../../../src/admin/page/call-words.ts'
import { journal } from '../../../src/admin/status/recent-requests.ts'
import type { FinishedRequest } from '../../../src/log/finished-request.ts'

const call: FinishedRequest = {
  requestId: 'a',
  method: 'GET',
  path: '/core/v1/employees',
  query: undefined,
  status: 200,
  origin: 'catapa',
  problem: undefined,
  detail: undefined,
  failure: undefined,
  callerGone: undefined,
  resent: undefined,
  durationMs: 10,
  upstreamMs: 8,
  requestBytes: 0,
  responseBytes: 2,
  caller: 'reports',
  address: '127.0.0.1',
  how: 'key',
  key: undefined,
  wouldHaveBeenRefused: undefined,
  program: undefined,
  listener: 'localhost:8228',
}

/** What the page has of calls. */
function shown(calls: FinishedRequest[]) {
  const past = journal(() => 1_800_000_000_000)
  for (const each of calls) past.finished(each)
  const inWords = { at: new Date(1_800_000_000_000).toISOString() }
  return {
    recent: past.recent().map((each) => ({ ...each, ...inWords })),
    points: past.traffic().map((point) => ({ ...point, ...inWords })),
  }
}

test('a call that waited says so, and for what', () => {
  const waited = { ...call, durationMs: 3004, waitedMs: 2996, waitedFor: 'rate' } as const
  const { recent } = shown([call, waited, { ...waited, waitedFor: 'hold' }])
  assert.deepEqual(recent.map(tookFor), [
    '3.0 s, 3.0 s of it waiting (pause)',
    '3.0 s, 3.0 s of it waiting (rate)',
    '10 ms',
  ])
})

test('so does the average; where nobody waited nothing is said of it', () => {
  const waited = { ...call, durationMs: 3010, waitedMs: 3000, waitedFor: 'rate' } as const
  assert.equal(
    latencySummary(shown([call, waited]).points),
    'A call took 1.5 s on average, 1.5 s of it waiting here, the slowest 3.0 s.',
  )
  assert.equal(latencySummary(shown([call]).points), 'A call took 10 ms on average, the slowest 10 ms.')
})
