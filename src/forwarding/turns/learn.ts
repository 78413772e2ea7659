import { longestPauseMs, type Pause, waitsOut } from './pause.ts'
import { queueOf } from './queue.ts'
import type { PlaceWait, TurnedAway } from './share.ts'
import { leave, meetPause, type Turns, turnAway } from './turns.ts'

/** 429s alone never leave fewer places. */
const fewestPlaces = 4
/** Pauses with a shorter gap between them belong together (design/promises 13). */
const gapMs = 60_000

/** An answer of CATAPA's, as far as it tells how much CATAPA takes. */
export type Learnt = Readonly<{
  status: number
  /** When its request was sent, on the monotonic clock. */
  sentAt: number
  /** The pause that it asks for; undefined where it asks for none. */
  pauseMs: number | undefined
}>

/**
 * Takes in an answer of CATAPA's: the limit shrinks or grows (design/promises 10.5), and a pause begins or lasts longer (10.4).
 *
 * @returns the waiting calls to turn away: writes, and reads that could not be served in time
 */
export function learn(turns: Turns, learnt: Learnt, now: number): [PlaceWait, TurnedAway][] {
  adapt(turns, learnt, now)
  return learnt.pauseMs === undefined ? [] : beginPause(turns, learnt.status, learnt.pauseMs, now)
}

/**
 * A 429 halves what may be in use, not what is: a single call that meets one would leave a single place. After each round of
 * answers without a 429, as many as the limit is, it grows by one. Answers to what was sent before the last 429 do not count:
 * of a burst that meets a quota each answer is a 429.
 */
function adapt(turns: Turns, { status, sentAt }: Learnt, now: number): void {
  if (sentAt <= turns.halvedAt) return
  if (status === 429) {
    turns.limit = Math.min(turns.limit, Math.max(fewestPlaces, Math.floor(turns.limit / 2)))
    turns.halvedAt = now
    turns.answers = 0
  } else if (turns.limit < turns.capacity) {
    turns.answers += 1
    if (turns.answers < turns.limit) return
    turns.limit += 1
    turns.answers = 0
  }
}

function beginPause(turns: Turns, status: number, pauseMs: number, now: number): [PlaceWait, TurnedAway][] {
  const until = now + Math.min(pauseMs, longestPauseMs)
  const before = turns.pause
  if (before !== undefined && before.until >= until) return []
  const pause = { since: before?.since ?? now, until, status: before?.status ?? status, waited: before?.waited ?? 0 }
  turns.pause = pause
  if (before === undefined) {
    turns.pauses += 1
    if (!isPausedOften(turns, now)) turns.pausesSince = now
  }
  turns.pausedUntil = until
  const gone: [PlaceWait, TurnedAway][] = []
  for (const share of turns.queued) {
    for (const waiting of queueOf(share)) {
      if (!waitsOut(waiting, pause, turns.patience)) {
        leave(turns, waiting)
        gone.push([waiting, turnAway(turns, share, 'hold', now, false)])
      } else if (before === undefined) meetPause(turns, waiting)
    }
  }
  return gone
}

/** Whether there is a pause, or the last one was less than a minute ago. */
export function isPausedOften({ pausedUntil }: Turns, now: number): boolean {
  return now - pausedUntil < gapMs
}

/** Ends the pause whose time is up. @returns it, if there was one */
export function endPause(turns: Turns, now: number): Pause | undefined {
  const { pause } = turns
  if (pause === undefined || pause.until > now) return undefined
  turns.pause = undefined
  return pause
}
