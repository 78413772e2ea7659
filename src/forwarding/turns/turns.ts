import { type Patience, type Pause, waitsOut } from './pause.ts'
import { join, quit, soonest } from './queue.ts'
import type { Arriving, PlaceWait, Share, TurnedAway, TurnedAwayFor, WaitsFor } from './share.ts'
import { beginPace, notePace, wouldWaitMs } from './share-pace.ts'
import { letsGoAt, useRate } from './share-rate.ts'

/**
 * All that is known of the places on the connections to CATAPA (design/promises 10). It is data that the functions below
 * change; they know no clock and no timer. No call waits that may go: after whatever could let one go comes `admitDue`.
 */
export type Turns = {
  readonly patience: Patience
  /** SIDECAR_UPSTREAM_CONNECTIONS. */
  readonly capacity: number
  /** So many may be in use now. */
  limit: number
  inUse: number
  /** Turns so far. */
  turns: number
  /** For a place. */
  waiting: number
  /** Shares of which somebody waits for a place. */
  readonly queued: Set<Share>
  waitingForToken: number
  /** Shares of which somebody waits for a token. */
  readonly tokenless: Set<Share>
  /** That of CATAPA, while there is one. */
  pause: Pause | undefined
  /** Since when there have been pauses with gaps under a minute, and when the last one ends, or has ended. */
  pausesSince: number
  pausedUntil: number
  /** When the limit was last halved, and how many answers have come since it last changed. */
  halvedAt: number
  answers: number
  /** Since the start. */
  pauses: number
  held: number
  /** Calls that were sent once more after a pause. */
  repeated: number
  readonly turnedAway: Record<TurnedAwayFor, number>
}

export function newTurns(capacity: number, patience: Patience): Turns {
  const waits = { waiting: 0, queued: new Set<Share>(), waitingForToken: 0, tokenless: new Set<Share>() }
  const now = { limit: capacity, inUse: 0, turns: 0, ...waits, pause: undefined }
  const never = { pausesSince: Number.NEGATIVE_INFINITY, pausedUntil: Number.NEGATIVE_INFINITY }
  const turnedAway = { places: 0, rate: 0, 'max-in-flight': 0, hold: 0, room: 0 }
  const soFar = { pauses: 0, held: 0, repeated: 0, turnedAway }
  return { patience, capacity, ...now, ...never, halvedAt: Number.NEGATIVE_INFINITY, answers: 0, ...soFar }
}

/** Takes a place, if nothing stands against it. The clock is read only where the time matters. */
export function take(turns: Turns, share: Share, clock: () => number): boolean {
  if (turns.pause !== undefined || turns.inUse >= turns.limit) return false
  if (!share.limited) {
    occupy(turns, share)
    return true
  }
  const now = clock()
  if (share.waiting > 0 || !isLet(share, now)) return false
  occupy(turns, share)
  useRate(share, now)
  return true
}

function occupy(turns: Turns, share: Share): void {
  turns.inUse += 1
  turns.turns += 1
  share.inFlight += 1
  share.turn = turns.turns
}

/** A place is given back. */
export function giveBack(turns: Turns, share: Share): void {
  turns.inUse -= 1
  share.inFlight -= 1
}

/** Whether the share's own limits let another one go. */
function isLet(share: Share, now: number): boolean {
  return share.inFlight < (share.limits.maxInFlight ?? Number.POSITIVE_INFINITY) && letsGoAt(share) <= now
}

/** Turns a call away that got no place and would wait in vain: a write during a pause, or one whose `rate` lets it go too late. */
export function refuseIfFutile(turns: Turns, { share, patient, again }: Arriving, now: number): TurnedAway | undefined {
  const { patience, pause } = turns
  if (pause !== undefined && !waitsOut({ patient, since: now }, pause, patience)) {
    return turnAway(turns, share, 'hold', now, true)
  }
  const letMs = letsGoAt(share, again ? 0 : share.waiting) - now
  return letMs > patience.queueTimeoutMs ? turnAway(turns, share, 'rate', now, true) : undefined
}

/** Puts a call that got no place into the queue of its share. */
export function arrive(turns: Turns, arriving: Arriving, now: number): PlaceWait {
  const { share } = arriving
  const why = whyWaits(turns, share, now)
  const until = now + turns.patience.queueTimeoutMs
  const waiting: PlaceWait = { ...arriving, since: now, until, why, before: undefined, after: undefined }
  if (share.waiting === 0) beginPace(share, now)
  join(share, waiting)
  turns.waiting += 1
  turns.queued.add(share)
  if (turns.pause !== undefined) meetPause(turns, waiting)
  return waiting
}

/** Counts a waiting call among those that wait for the end of the pause. */
export function meetPause(turns: Turns, waiting: PlaceWait): void {
  waiting.why = 'hold'
  turns.held += 1
  if (turns.pause !== undefined) turns.pause.waited += 1
}

/** Takes a waiting call out of its queue. */
export function leave(turns: Turns, waiting: PlaceWait): void {
  quit(waiting.share, waiting)
  turns.waiting -= 1
  if (waiting.share.waiting === 0) turns.queued.delete(waiting.share)
}

/** Gives places to the waiting calls that may go now. @returns them, in their order */
export function admitDue(turns: Turns, now: number): PlaceWait[] {
  const going: PlaceWait[] = []
  for (let next = nextOf(turns, now); next !== undefined; next = nextOf(turns, now)) {
    const { share } = next
    leave(turns, next)
    occupy(turns, share)
    useRate(share, now)
    notePace(share, now)
    going.push(next)
  }
  return going
}

/** The first call of that share whose last turn is longest ago, among the shares that may go. */
function nextOf(turns: Turns, now: number): PlaceWait | undefined {
  if (turns.pause !== undefined || turns.inUse >= turns.limit) return undefined
  let next: Share | undefined
  for (const share of turns.queued) {
    if ((next === undefined || share.turn < next.turn) && isLet(share, now)) next = share
  }
  return next?.first
}

/** The reason why a share waits. Its own limits come before the places: more of these would not help it. */
export function whyWaits(turns: Turns, share: Share, now: number): WaitsFor {
  if (turns.pause !== undefined) return 'hold'
  if (share.inFlight >= (share.limits.maxInFlight ?? Number.POSITIVE_INFINITY)) return 'max-in-flight'
  return letsGoAt(share) > now ? 'rate' : 'places'
}

/** Removes and returns the waiting calls whose time is up. */
export function expireLate(turns: Turns, now: number): [PlaceWait, TurnedAway][] {
  const found: [PlaceWait, TurnedAway][] = []
  for (const share of turns.queued) {
    for (let next = soonest(share); next !== undefined && next.until <= now; next = soonest(share)) {
      const why = whyWaits(turns, share, now)
      leave(turns, next)
      found.push([next, turnAway(turns, share, why, now, false)])
    }
  }
  return found
}

/** Counts a call that is turned away. @param atOnce it has not waited @returns what it is told */
export function turnAway(turns: Turns, share: Share, why: TurnedAway['why'], now: number, atOnce: boolean): TurnedAway {
  turns.turnedAway[why] += 1
  const heldMs = turns.pause === undefined ? 0 : turns.pause.until - now
  const letMs = letsGoAt(share, share.waiting) - now
  const pacedMs = why === 'hold' || why === 'rate' ? 0 : wouldWaitMs(share)
  const halved = turns.limit < turns.capacity
  return { share, why, atOnce, halved, retryAfterMs: Math.max(heldMs, letMs, pacedMs) }
}

/** When to look again, if nothing happens before: in ms; Infinity: not of itself. */
export function nextLookMs(turns: Turns, now: number): number {
  let at = turns.pause?.until ?? Number.POSITIVE_INFINITY
  for (const share of turns.queued) {
    const letsGo = letsGoAt(share)
    if (letsGo > now) at = Math.min(at, letsGo)
    at = Math.min(at, soonest(share)?.until ?? at)
  }
  return at - now
}
