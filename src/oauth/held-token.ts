import type { AccessToken, Instant } from './token-source.ts'

/** A token in the cache, with the moments that matter as "so long before its expiry". */
export type Held = {
  readonly token: AccessToken
  readonly expiresAt: Instant
  readonly renewBeforeMs: number
  /** In this last stretch requests wait for the successor. */
  readonly holdBeforeMs: number
  /**
   * Set once the endpoint has handed this token back: when it has surely expired there, on the monotonic clock. Until
   * then asking brings nothing.
   */
  readonly successorAt: number | undefined
  /** It was asked for because CATAPA had refused its predecessor. */
  readonly replacesRejected: boolean
  /** CATAPA has answered something else than 401 to it. */
  wasAccepted: boolean
}

/** Whole seconds are rounded down, so a token may live up to a second longer than stated (CONTRACT §4). */
const roundingMs = 1000
/** Between two clocks that run at slightly different speeds. */
const slackMs = 50
const longestHoldForSuccessorMs = 2000

export function isSame(a: AccessToken, b: AccessToken): boolean {
  return a.value === b.value && a.tenant === b.tenant
}

/** What is left of a token: by the clock that says less. */
export function remainingMs({ expiresAt }: Held, now: Instant): number {
  return Math.min(expiresAt.mono - now.mono, expiresAt.wall - now.wall)
}

/** A token that was just obtained, with the margins of CONTRACT §4. */
export function hold(
  token: AccessToken,
  { refreshMarginMs, random }: { refreshMarginMs: number; random: () => number },
  replacesRejected: boolean,
): Held {
  const { lifetimeMs, sentAt } = token
  const marginMs = Math.min(refreshMarginMs, 0.2 * lifetimeMs)
  const holdBeforeMs = Math.min(30_000, 0.05 * lifetimeMs)
  return {
    token,
    expiresAt: later(sentAt, lifetimeMs),
    renewBeforeMs: Math.max(marginMs * (1 + 0.1 * random()), holdBeforeMs),
    holdBeforeMs,
    successorAt: undefined,
    replacesRejected,
    wasAccepted: false,
  }
}

/**
 * The endpoint answered a renewal with the token already held (Spring Security OAuth). Its deadline becomes the later
 * of the two stated ones. If that is no gain, its successor can be had only once it has expired at the endpoint, which
 * is at the latest a rounded second after the end that this answer states.
 */
export function renewedSame(held: Held, again: AccessToken, now: Instant): Held {
  const stated = later(again.sentAt, again.lifetimeMs)
  const gainMs = stated.mono - held.expiresAt.mono
  const roundTripMs = again.receivedAtMono - again.sentAt.mono
  const expiresAt = gainMs > 0 ? stated : held.expiresAt
  if (gainMs > Math.max(roundingMs + roundTripMs, held.renewBeforeMs / 2))
    return { ...held, expiresAt, successorAt: undefined }
  const surelyExpired = [held.token, again].map((seen) => seen.receivedAtMono + seen.lifetimeMs + roundingMs + slackMs)
  const successorAt = Math.max(expiresAt.mono, Math.min(...surelyExpired, held.successorAt ?? Number.POSITIVE_INFINITY))
  const overlapMs = successorAt - expiresAt.mono
  const holdBeforeMs = Math.max(0, Math.min(longestHoldForSuccessorMs - overlapMs, 0.05 * held.token.lifetimeMs))
  return {
    ...held,
    expiresAt,
    renewBeforeMs: holdBeforeMs,
    holdBeforeMs,
    successorAt: successorAt <= now.mono ? undefined : successorAt,
  }
}

function later({ mono, wall }: Instant, ms: number): Instant {
  return { mono: mono + ms, wall: wall + ms }
}
