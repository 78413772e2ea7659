import type { Clock } from '../token-source.ts'
import type { Held } from './held-token.ts'

/** While a fresh token is refused as well, a 401 renews nothing for so long (design/promises 4.9). */
const pauseMs = 60_000
/**
 * Renewals for 401s in one pause's length, at most. CATAPA may refuse some paths only: then every fresh token is
 * accepted elsewhere, and without this bound each such 401 would cost a token request. Real revocations are rarer.
 */
const mostRenewals = 30

/** Says which 401s of CATAPA may cost a token request (design/promises 4.9). */
export function rejectionLimit(clock: Clock) {
  let pausedUntil = Number.NEGATIVE_INFINITY
  let renewedAt: number[] = []

  function pause(): void {
    pausedUntil = clock.now().mono + pauseMs
  }

  return {
    pause,
    paused: () => clock.now().mono < pausedUntil,

    /** Judges a 401 to the current token. A fresh token that is refused too begins the pause. */
    mayRenew(held: Held): boolean {
      const now = clock.now().mono
      renewedAt = renewedAt.filter((at) => at > now - pauseMs)
      if (held.doubtful || (renewedAt.length >= mostRenewals && now >= pausedUntil)) pause()
      held.doubtful = false // After the pause its next 401 is a reason to try again.
      if (now < pausedUntil) return false
      renewedAt.push(now)
      return true
    },

    /** Other credentials: what was learnt is of the old ones. */
    forget(): void {
      pausedUntil = Number.NEGATIVE_INFINITY
      renewedAt = []
    },
  }
}
