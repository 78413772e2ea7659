/** While a fresh token is refused as well, a 401 renews nothing for so long (design/promises 4.9). */
const pauseMs = 60_000
/**
 * So many renewals for 401s in a minute come at once, each further one so long after the last. CATAPA may refuse some paths
 * only, or others may end our tokens: then every fresh token is accepted for a moment, and without this bound each 401
 * would cost a token request. Real revocations are rarer.
 */
const freeRenewals = 5
const spacingMs = 2_500

/** What 401s of CATAPA have cost, which says whether the next one may cost a token request. On the monotonic clock. */
export type Rejections = Readonly<{ pausedUntil: number; renewedAt: readonly number[] }>

export const noRejections: Rejections = { pausedUntil: Number.NEGATIVE_INFINITY, renewedAt: [] }

export const isPaused = ({ pausedUntil }: Rejections, now: number): boolean => now < pausedUntil
export const paused = (before: Rejections, now: number): Rejections => ({ ...before, pausedUntil: now + pauseMs })
/** What was refused is known not to be the fresh token's fault. */
export const resumed = (before: Rejections): Rejections => ({ ...before, pausedUntil: Number.NEGATIVE_INFINITY })

/**
 * CATAPA answered 401 to the current token, which is `doubtful` when it is a fresh one that replaced a refused one: that
 * begins the pause.
 */
export function counted(
  before: Rejections,
  doubtful: boolean,
  now: number,
): Readonly<{ rejections: Rejections; renewing: boolean }> {
  const renewedAt = before.renewedAt.filter((at) => at > now - pauseMs)
  const after = doubtful ? paused(before, now) : before
  const tooSoon = renewedAt.length >= freeRenewals && now < (renewedAt.at(-1) ?? now) + spacingMs
  const renewing = !isPaused(after, now) && !tooSoon
  return { rejections: { ...after, renewedAt: renewing ? [...renewedAt, now] : renewedAt }, renewing }
}
