/** While a fresh token is refused as well, a 401 renews nothing for so long (design/promises 4). */
const pauseMs = 60_000
/**
 * Renewals for 401s in one pause's length, at most. CATAPA may refuse some paths only: then every fresh token is
 * accepted elsewhere, and without this bound each such 401 would cost a token request. Real revocations are rarer.
 */
const mostRenewals = 30

/** What 401s of CATAPA have cost, which says whether the next one may cost a token request. On the monotonic clock. */
export type Rejections = Readonly<{ pausedUntil: number; renewedAt: readonly number[] }>

export const noRejections: Rejections = { pausedUntil: Number.NEGATIVE_INFINITY, renewedAt: [] }

export const isPaused = ({ pausedUntil }: Rejections, now: number): boolean => now < pausedUntil
export const paused = (before: Rejections, now: number): Rejections => ({ ...before, pausedUntil: now + pauseMs })

/**
 * CATAPA answered 401 to the current token, which is `doubtful` when it is a fresh one that replaced a refused one: that
 * begins the pause. Unless it is paused afterwards, this 401 renews.
 */
export function counted(before: Rejections, doubtful: boolean, now: number): Rejections {
  const renewedAt = before.renewedAt.filter((at) => at > now - pauseMs)
  const tooMany = renewedAt.length >= mostRenewals && !isPaused(before, now)
  const after = doubtful || tooMany ? paused(before, now) : before
  return { ...after, renewedAt: isPaused(after, now) ? renewedAt : [...renewedAt, now] }
}
