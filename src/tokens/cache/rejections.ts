/** After a fresh token was refused as well, 401s renew nothing for so long (design/promises 4.9). */
const pauseMs = 60_000
/**
 * In a minute, so many 401s renew at once, each further one only `spacingMs` after the last. CATAPA may refuse some paths only, or
 * other programs may end our tokens: then every fresh token is accepted for a moment, and without this bound each 401 would
 * cost a token request. Real revocations are rarer.
 */
const freeRenewals = 5
const spacingMs = 2_500

/** Earlier 401s, by which the next one may cost a token request or not. On the monotonic clock. */
export type Rejections = Readonly<{ pausedUntil: number; renewedAt: readonly number[] }>

export const noRejections: Rejections = { pausedUntil: Number.NEGATIVE_INFINITY, renewedAt: [] }

export const isPaused = ({ pausedUntil }: Rejections, now: number): boolean => now < pausedUntil
export const paused = (before: Rejections, now: number): Rejections => ({ ...before, pausedUntil: now + pauseMs })
/** Ends a pause, since fresh tokens turned out to be good. */
export const resumed = (before: Rejections): Rejections => ({ ...before, pausedUntil: Number.NEGATIVE_INFINITY })

/**
 * CATAPA answered 401 to the current token. A `doubtful` one, which replaced a refused token, begins the pause.
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
