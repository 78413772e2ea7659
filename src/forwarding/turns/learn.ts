import { type Hold, longestPauseMs, waitsOut } from './pause.ts'
import { queueOf } from './queue.ts'
import type { Refusal, Waiting } from './share.ts'
import { leave, meet, refused, type Turns } from './turns.ts'

/** Of 429s alone there are never fewer places. */
const fewestPlaces = 4

/** What an answer of CATAPA says of how much it takes. */
export type Learnt = Readonly<{
  status: number
  /** When its request was sent, on the monotonic clock. */
  sentAt: number
  /** The pause that it asks for; undefined where it asks for none. */
  pauseMs: number | undefined
}>

/**
 * CATAPA has answered: the limit shrinks or grows (design/promises 10.5), and a pause begins or lasts longer (10.4).
 *
 * @returns who waits no longer: no write is held, nor who would wait in vain
 */
export function answered(turns: Turns, learnt: Learnt, now: number): [Waiting, Refusal][] {
  adapt(turns, learnt, now)
  return learnt.pauseMs === undefined ? [] : pause(turns, learnt.status, learnt.pauseMs, now)
}

/**
 * After a 429 half of what may be in use, not of what is: a single call that meets one would leave a single place. One more after each round of answers without one, as many as the limit is. The
 * answers to what was sent before tell of the limit that was: of a burst that meets a quota each one is a 429.
 */
function adapt(turns: Turns, { status, sentAt }: Learnt, now: number): void {
  if (sentAt <= turns.halvedAt) return
  if (status === 429) {
    turns.limit = Math.min(turns.limit, Math.max(fewestPlaces, Math.floor(turns.limit / 2)))
    turns.halvedAt = now
    turns.answers = 0
  } else if (turns.limit < turns.of) {
    turns.answers += 1
    if (turns.answers < turns.limit) return
    turns.limit += 1
    turns.answers = 0
  }
}

function pause(turns: Turns, status: number, pauseMs: number, now: number): [Waiting, Refusal][] {
  const until = now + Math.min(pauseMs, longestPauseMs)
  const before = turns.hold
  if (before !== undefined && before.until >= until) return []
  const hold = { since: before?.since ?? now, until, status: before?.status ?? status, waited: before?.waited ?? 0 }
  turns.hold = hold
  if (before === undefined) turns.pauses += 1
  const gone: [Waiting, Refusal][] = []
  for (const share of turns.queued) {
    for (const waiting of queueOf(share)) {
      if (!waitsOut(waiting, hold, turns.patience)) {
        leave(turns, waiting)
        gone.push([waiting, refused(turns, share, 'hold', now, false)])
      } else if (before === undefined) meet(turns, waiting)
    }
  }
  return gone
}

/** The pause that is over now, if one is. */
export function over(turns: Turns, now: number): Hold | undefined {
  const { hold } = turns
  if (hold === undefined || hold.until > now) return undefined
  turns.hold = undefined
  return hold
}
