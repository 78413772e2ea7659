import type { Share } from './share.ts'
import type { HoldShown, ShareShown, SharesShown } from './shown-shares.ts'
import { type Turns, whyWaits } from './turns.ts'

/** Who waits for whom, and why (design/promises 10.6); `now` is on the monotonic clock. */
export function shownShares(turns: Turns, shares: readonly Share[], now: number): SharesShown {
  const { inUse, limit, of, pauses, held, repeated, turnedAway } = turns
  return {
    places: { inUse, limit, of },
    waiting: shares
      .filter(({ turn, waiting }) => turn > 0 || waiting > 0)
      .map((share): ShareShown => {
        const { name, by, waiting, inFlight } = share
        return { share: name, by, waiting, inFlight, why: waiting === 0 ? null : whyWaits(turns, share, now) }
      }),
    hold: shownHold(turns, now),
    pauses: { total: pauses },
    held: { total: held, repeated },
    turnedAway: { total: Object.values(turnedAway).reduce((sum, count) => sum + count, 0), by: { ...turnedAway } },
  }
}

function shownHold({ hold, waiting }: Turns, now: number): HoldShown | null {
  if (hold === undefined || hold.until <= now) return null
  return { until: onWallClock(hold.until, now), since: onWallClock(hold.since, now), status: hold.status, waiting }
}

/** An instant that is computed from two clocks wavers by a fraction of a millisecond. */
function onWallClock(at: number, now: number): string {
  return new Date(Math.round((Date.now() + at - now) / 1000) * 1000).toISOString()
}
