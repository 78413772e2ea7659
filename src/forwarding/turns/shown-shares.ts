import { isPausedOften } from './learn.ts'
import type { Share, TurnedAwayFor, WaitsFor } from './share.ts'
import { type Turns, whyWaits } from './turns.ts'

/**
 * Which share waits, and why: `shares` of `/api/status` (design/promises 10.6). Instants are ISO 8601; nothing in it says
 * how long ago something was, so that two looks at the same state are equal.
 */
export type SharesShown = Readonly<{
  places: Readonly<{
    inUse: number
    /** As many may be in use now: fewer than `of` after a 429. */
    limit: number
    /** SIDECAR_UPSTREAM_CONNECTIONS. */
    of: number
  }>
  /** Every share that has called since the start and still exists, also with nothing waiting: one a section and one a listener. */
  waiting: readonly ShareShown[]
  /** The pause that CATAPA has asked for; null while there is none. */
  hold: ShownPause | null
  /** Since the start: the pauses that CATAPA has asked for; extending a pause does not count as a new one. */
  pauses: Readonly<{
    total: number
    /** Since when there have been pauses with gaps under a minute; null where the last one is longer ago. */
    since: string | null
  }>
  /** Requests since the start that have waited for the end of a pause, and those that were sent once more after one. */
  held: Readonly<{ total: number; repeated: number }>
  /** Requests since the start that were answered as `overloaded` in place of waiting, or after it, also by what they waited for. */
  turnedAway: Readonly<{ total: number; by: Readonly<Record<TurnedAwayFor, number>> }>
}>

export type ShareShown = Readonly<{
  /** A caller's name, or the address of a listener as SIDECAR_LISTEN has it. */
  share: string
  by: 'name' | 'listener'
  waiting: number
  inFlight: number
  /** The reason why its first call waits; null where none does. */
  why: WaitsFor | null
}>

export type ShownPause = Readonly<{
  until: string
  since: string
  /** Of the answer that asked for the pause. */
  status: number
  /** Requests that wait for its end. */
  waiting: number
}>

/** Shows the waiting calls by share (design/promises 10.6). @param now on the monotonic clock */
export function showShares(turns: Turns, shares: readonly Share[], now: number): SharesShown {
  const { inUse, limit, capacity: of, pauses, held, repeated, turnedAway } = turns
  return {
    places: { inUse, limit, of },
    waiting: shares
      .filter(({ turn, waiting }) => turn > 0 || waiting > 0)
      .map((share): ShareShown => {
        const { name, by, waiting, inFlight } = share
        return { share: name, by, waiting, inFlight, why: waiting === 0 ? null : whyWaits(turns, share, now) }
      }),
    hold: shownPause(turns, now),
    pauses: { total: pauses, since: isPausedOften(turns, now) ? onWallClock(turns.pausesSince, now) : null },
    held: { total: held, repeated },
    turnedAway: { total: Object.values(turnedAway).reduce((sum, count) => sum + count, 0), by: { ...turnedAway } },
  }
}

function shownPause({ pause, waiting }: Turns, now: number): ShownPause | null {
  if (pause === undefined || pause.until <= now) return null
  return { until: onWallClock(pause.until, now), since: onWallClock(pause.since, now), status: pause.status, waiting }
}

/** An instant that is computed from two clocks wavers by a fraction of a millisecond. */
function onWallClock(at: number, now: number): string {
  return new Date(Math.round((Date.now() + at - now) / 1000) * 1000).toISOString()
}
