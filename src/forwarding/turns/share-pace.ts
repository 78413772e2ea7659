import type { Share } from './share.ts'

type Paced = Pick<Share, 'pacedAt' | 'paceMs' | 'waiting'>

/** The pace of a minute ago says nothing of now. */
const forgottenMs = 60_000
/** Told where nothing is known. */
const unknownMs = 1000

/** Notes that a call begins to wait where none did. */
export function beginPace(share: Paced, now: number): void {
  if (now - share.pacedAt > forgottenMs) share.paceMs = undefined
  share.pacedAt = now
}

/** Notes that a call that has waited gets its place. */
export function notePace(share: Paced, now: number): void {
  const tookMs = now - share.pacedAt
  share.paceMs = share.paceMs === undefined ? tookMs : 0.8 * share.paceMs + 0.2 * tookMs
  share.pacedAt = now
}

/** How long another call would wait for a place, at the recent pace, behind those that wait. */
export function wouldWaitMs({ paceMs, waiting }: Paced): number {
  return paceMs === undefined ? unknownMs : (waiting + 1) * paceMs
}
