import type { SharesShown } from '../../src/forwarding/turns/shown-shares.ts'

/** Nobody waits, and nobody ever has. */
export const idleShares: SharesShown = {
  places: { inUse: 0, limit: 64, of: 64 },
  waiting: [],
  hold: null,
  pauses: { total: 0, since: null },
  held: { total: 0, repeated: 0 },
  turnedAway: { total: 0, by: { places: 0, rate: 0, 'max-in-flight': 0, hold: 0, room: 0 } },
}

/** An export has filled all places, and two others wait with it. */
export const someWait: SharesShown = {
  ...idleShares,
  places: { inUse: 64, limit: 64, of: 64 },
  waiting: [
    { share: 'payroll-export', by: 'name', waiting: 940, inFlight: 60, why: 'places' },
    { share: 'intranet', by: 'name', waiting: 1, inFlight: 4, why: 'places' },
    { share: 'localhost:8228', by: 'listener', waiting: 0, inFlight: 0, why: null },
  ],
}

/** CATAPA has asked for a pause of 20 s at noon. */
export const paused: SharesShown = {
  ...someWait,
  places: { inUse: 0, limit: 32, of: 64 },
  waiting: [
    { share: 'payroll-export', by: 'name', waiting: 990, inFlight: 0, why: 'hold' },
    { share: 'intranet', by: 'name', waiting: 2, inFlight: 0, why: 'hold' },
    { share: 'time-clock', by: 'name', waiting: 3, inFlight: 0, why: 'rate' },
  ],
  hold: { since: '2026-11-27T12:00:00.000Z', until: '2026-11-27T12:00:20.000Z', status: 429, waiting: 992 },
}
