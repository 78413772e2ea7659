import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { lazyMetrics } from '../../../src/admin/metrics/lazy-metric.ts'
import { sharesMetrics } from '../../../src/admin/metrics/shares-metrics.ts'
import type { CallersInUse } from '../../../src/callers/caller.ts'
import type { SharesShown } from '../../../src/forwarding/turns/shown-shares.ts'
import { office } from '../../support/callers-scene.ts'
import { idleShares, paused, someWait } from '../../support/idle-shares.ts'

const inUse: CallersInUse = { file: office, since: 0, problems: [] }

/** Lines of /metrics, without their prefix. */
async function lines(shares: () => SharesShown, now?: () => number): Promise<string[]> {
  const registry = new Registry()
  sharesMetrics(lazyMetrics(registry), { shares, callers: () => inUse, ...(now && { now }) })
  const text = await registry.metrics()
  return text.split('\n').flatMap((line) => /^catapa_sidecar_(.*)/.exec(line)?.[1] ?? [])
}

test('who waits and who has places is shown by share, and how many places there are', async () => {
  const shown = await lines(() => someWait)
  for (const line of [
    'share_requests_waiting{share="payroll-export"} 940',
    'share_requests_in_flight{share="payroll-export"} 60',
    'share_requests_waiting{share="intranet"} 1',
    'share_requests_waiting{share="localhost:8228"} 0',
    'places_in_use 64',
    'places_limit 64',
    'places_configured 64',
    'pause_remaining_seconds{status="429"} 0',
    'pause_remaining_seconds{status="503"} 0',
    'pause_requests_waiting 0',
  ]) {
    assert.ok(shown.includes(line), `${line} in ${shown.join('\n')}`)
  }
})

test('a pause is shown with what is left of it now, by the status that asked for it, and never below 0', async () => {
  const { hold } = paused
  let now = Date.parse('2026-11-27T12:00:12.500Z')
  const shown = await lines(
    () => paused,
    () => now,
  )
  assert.ok(shown.includes('pause_remaining_seconds{status="429"} 7.5'))
  assert.ok(shown.includes('pause_remaining_seconds{status="503"} 0'))
  assert.ok(shown.includes('pause_requests_waiting 992'))
  assert.ok(shown.includes('places_limit 32'))
  now += 60_000
  const later = await lines(
    () => ({ ...paused, hold: hold && { ...hold, status: 503 } }),
    () => now,
  )
  assert.ok(later.includes('pause_remaining_seconds{status="503"} 0'))
})

test('what has been held, repeated and turned away is counted, by reason', async () => {
  const shown = await lines(() => ({
    ...idleShares,
    pauses: { total: 4, since: null },
    held: { total: 12, repeated: 7 },
    turnedAway: { total: 6, by: { places: 1, rate: 2, 'max-in-flight': 3, hold: 0, room: 4 } },
  }))
  for (const line of [
    'pauses_total 4',
    'requests_held_total 12',
    'pause_repeats_total 7',
    'turned_away_total{reason="places"} 1',
    'turned_away_total{reason="rate"} 2',
    'turned_away_total{reason="max-in-flight"} 3',
    'turned_away_total{reason="hold"} 0',
    'turned_away_total{reason="room"} 4',
  ]) {
    assert.ok(shown.includes(line), `${line} in ${shown.join('\n')}`)
  }
})

test('a name that is not in the callers file any more is other, however many there are', async () => {
  const gone = Array.from({ length: 50 }, (_, i) => {
    return { share: `gone-${i}`, by: 'name', waiting: 2, inFlight: 1, why: 'places' } as const
  })
  const shown = await lines(() => ({ ...someWait, waiting: [...someWait.waiting, ...gone] }))
  assert.deepEqual(
    shown.filter((line) => line.startsWith('share_requests_waiting')),
    [
      'share_requests_waiting{share="payroll-export"} 940',
      'share_requests_waiting{share="intranet"} 1',
      'share_requests_waiting{share="localhost:8228"} 0',
      'share_requests_waiting{share="other"} 100',
    ],
  )
})
