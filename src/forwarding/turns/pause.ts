import type { Arriving } from './share.ts'

/** A pause that CATAPA has asked for: nothing is sent until it is over. Moments are in ms on the monotonic clock. */
export type Pause = {
  readonly since: number
  until: number
  /** Of the answer that asked for it first. */
  readonly status: number
  /** How many calls have waited for its end, or do. */
  waited: number
}

export type Patience = Readonly<{
  /** SIDECAR_QUEUE_TIMEOUT: for one wait. */
  queueTimeoutMs: number
  /** SIDECAR_HOLD: for the end of a pause. */
  holdMs: number
}>

/** A longer pause is not believed (design/promises 10.4). */
export const longestPauseMs = 60_000

/**
 * Whether a call that has waited since `since` (possibly now) sits out a pause: it only reads, and the end comes in time, as
 * far as is known.
 */
export function waitsOut(
  { patient, since }: Pick<Arriving, 'patient'> & { since: number },
  { until, since: begun }: Pick<Pause, 'since' | 'until'>,
  { queueTimeoutMs, holdMs }: Patience,
): boolean {
  return patient && until <= since + queueTimeoutMs && until <= Math.max(since, begun) + holdMs
}
