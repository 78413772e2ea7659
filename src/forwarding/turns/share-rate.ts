import type { Limits } from '../../callers/restrictions.ts'
import { isLimited, type Share } from './share.ts'

// `rate` as the "generic cell rate algorithm" has it: one number for each share, and no clock that ticks.

type Rated = Pick<Share, 'limits' | 'settledAt'>

/** The time that one request takes of its `rate`. */
function everyMs({ limits: { rate } }: Pick<Rated, 'limits'>): number {
  return rate === undefined ? 0 : 1000 / rate
}

/**
 * When its `rate` lets the next one go, or the one behind so many others. The unused part of the last second may be
 * used at once, at least 1 (design/promises 10.2).
 */
export function letsGoAt(share: Rated, behind = 0): number {
  const every = everyMs(share)
  return share.settledAt - Math.max(0, 1000 - every) + behind * every
}

/** Counts one request that goes now. */
export function useRate(share: Rated, now: number): void {
  if (share.limits.rate !== undefined) share.settledAt = Math.max(share.settledAt, now) + everyMs(share)
}

/** Sets other limits from now on. The use of a lower rate counts at most as one second, or one request. */
export function setLimits(share: Share, limits: Limits, now: number): void {
  share.limits = limits
  share.limited = isLimited(limits)
  share.settledAt = Math.min(share.settledAt, now + Math.max(1000, everyMs(share)))
}
