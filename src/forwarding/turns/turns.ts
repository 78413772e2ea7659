import { type Hold, type Patience, waitsOut } from './pause.ts'
import { join, quit, soonest } from './queue.ts'
import type { Arriving, Refusal, Share, Waiting } from './share.ts'
import { beginPace, notePace, wouldWaitMs } from './share-pace.ts'
import { letsGoAt, use } from './share-rate.ts'
import type { TurnedAwayFor, WaitsFor } from './shown-shares.ts'

/**
 * All that is known of the places on the connections to CATAPA (design/promises 10). It is data that the functions below
 * change; they know no clock and no timer. Nobody waits who may go: after whatever could let somebody go comes `due`.
 */
export type Turns = {
  readonly patience: Patience
  /** SIDECAR_UPSTREAM_CONNECTIONS. */
  readonly of: number
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
  hold: Hold | undefined
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

export function newTurns(of: number, patience: Patience): Turns {
  const waits = { waiting: 0, queued: new Set<Share>(), waitingForToken: 0, tokenless: new Set<Share>() }
  const now = { limit: of, inUse: 0, turns: 0, ...waits, hold: undefined }
  const turnedAway = { places: 0, rate: 0, 'max-in-flight': 0, hold: 0, room: 0 }
  const soFar = { pauses: 0, held: 0, repeated: 0, turnedAway }
  return { patience, of, ...now, halvedAt: Number.NEGATIVE_INFINITY, answers: 0, ...soFar }
}

/** Takes a place for who asks for one, if nothing stands against it. It is asked for the time only if that matters. */
export function take(turns: Turns, share: Share, clock: () => number): boolean {
  if (turns.hold !== undefined || turns.inUse >= turns.limit) return false
  if (!share.limited) {
    begin(turns, share)
    return true
  }
  const now = clock()
  if (share.waiting > 0 || !isLet(share, now)) return false
  begin(turns, share)
  use(share, now)
  return true
}

function begin(turns: Turns, share: Share): void {
  turns.inUse += 1
  turns.turns += 1
  share.inFlight += 1
  share.turn = turns.turns
}

/** A place is given back. */
export function free(turns: Turns, share: Share): void {
  turns.inUse -= 1
  share.inFlight -= 1
}

/** Whether the share's own limits let another one go. */
function isLet(share: Share, now: number): boolean {
  return share.inFlight < (share.limits.maxInFlight ?? Number.POSITIVE_INFINITY) && letsGoAt(share) <= now
}

/** Why somebody who got no place does not wait for one: it is known to be in vain, or is a write that meets a pause. */
export function inVain(turns: Turns, { share, patient, again }: Arriving, now: number): Refusal | undefined {
  const { patience, hold } = turns
  if (hold !== undefined && !waitsOut({ patient, since: now }, hold, patience)) {
    return refused(turns, share, 'hold', now, true)
  }
  const letMs = letsGoAt(share, again ? 0 : share.waiting) - now
  return letMs > patience.queueTimeoutMs ? refused(turns, share, 'rate', now, true) : undefined
}

/** Somebody who got no place waits for one. */
export function arrive(turns: Turns, arriving: Arriving, now: number): Waiting {
  const { share } = arriving
  const why = whyWaits(turns, share, now)
  const until = now + turns.patience.queueTimeoutMs
  const waiting: Waiting = { ...arriving, since: now, until, why, before: undefined, after: undefined }
  if (share.waiting === 0) beginPace(share, now)
  join(share, waiting)
  turns.waiting += 1
  turns.queued.add(share)
  if (turns.hold !== undefined) meet(turns, waiting)
  return waiting
}

/** Somebody who waits does so for the end of a pause now. */
export function meet(turns: Turns, waiting: Waiting): void {
  waiting.why = 'hold'
  turns.held += 1
  if (turns.hold !== undefined) turns.hold.waited += 1
}

/** Somebody waits no longer. */
export function leave(turns: Turns, waiting: Waiting): void {
  quit(waiting.share, waiting)
  turns.waiting -= 1
  if (waiting.share.waiting === 0) turns.queued.delete(waiting.share)
}

/** Who goes now, in this order; they have their places. */
export function due(turns: Turns, now: number): Waiting[] {
  const going: Waiting[] = []
  for (let next = nextOf(turns, now); next !== undefined; next = nextOf(turns, now)) {
    const { share } = next
    leave(turns, next)
    begin(turns, share)
    use(share, now)
    notePace(share, now)
    going.push(next)
  }
  return going
}

/** The first of that share whose last turn is longest ago, among those that may go. */
function nextOf(turns: Turns, now: number): Waiting | undefined {
  if (turns.hold !== undefined || turns.inUse >= turns.limit) return undefined
  let next: Share | undefined
  for (const share of turns.queued) {
    if ((next === undefined || share.turn < next.turn) && isLet(share, now)) next = share
  }
  return next?.first
}

/** What a share waits for. Its own limits come before the places: more of these would not help it. */
export function whyWaits(turns: Turns, share: Share, now: number): WaitsFor {
  if (turns.hold !== undefined) return 'hold'
  if (share.inFlight >= (share.limits.maxInFlight ?? Number.POSITIVE_INFINITY)) return 'max-in-flight'
  return letsGoAt(share) > now ? 'rate' : 'places'
}

/** Those who have waited enough; they wait no longer. */
export function late(turns: Turns, now: number): [Waiting, Refusal][] {
  const found: [Waiting, Refusal][] = []
  for (const share of turns.queued) {
    for (let next = soonest(share); next !== undefined && next.until <= now; next = soonest(share)) {
      const why = whyWaits(turns, share, now)
      leave(turns, next)
      found.push([next, refused(turns, share, why, now, false)])
    }
  }
  return found
}

/** What somebody of a share is told who is turned away; `atOnce`: who has not waited. */
export function refused(turns: Turns, share: Share, why: Refusal['why'], now: number, atOnce: boolean): Refusal {
  turns.turnedAway[why] += 1
  const heldMs = turns.hold === undefined ? 0 : turns.hold.until - now
  const letMs = letsGoAt(share, share.waiting) - now
  const pacedMs = why === 'hold' || why === 'rate' ? 0 : wouldWaitMs(share)
  const halved = turns.limit < turns.of
  return { share, why, atOnce, halved, retryAfterMs: Math.max(heldMs, letMs, pacedMs) }
}

/** When to look again, if nothing happens before: in ms; Infinity: not of itself. */
export function nextLookMs(turns: Turns, now: number): number {
  let at = turns.hold?.until ?? Number.POSITIVE_INFINITY
  for (const share of turns.queued) {
    const letsGo = letsGoAt(share)
    if (letsGo > now) at = Math.min(at, letsGo)
    at = Math.min(at, soonest(share)?.until ?? at)
  }
  return at - now
}
