import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'

/** A token in the cache, with the times that matter, counted back from its expiry. */
export type Held = {
  readonly token: AccessToken
  readonly expiresAt: Instant
  readonly renewBeforeMs: number
  /** In this last stretch before the expiry, requests wait for the successor. */
  readonly holdBeforeMs: number
  /**
   * Set once the endpoint has handed this token back: when it has surely expired there. Asking earlier is in vain.
   */
  readonly successorAt: Instant | undefined
  /** CATAPA refused its predecessor, and has not accepted this one yet. */
  readonly doubtful: boolean
}

/** How early to renew: `random` is from 0 to 1, as Math.random. */
export type Margins = { refreshMarginMs: number; random: () => number }

/** Whole seconds are rounded down, so a token may live up to a second longer than stated (design/promises 4). */
const roundingMs = 1000
/** So long after its stated end a token has surely expired, even if two clocks run at slightly different speeds. */
const surelyExpiredMs = roundingMs + 50
const longestHoldForSuccessorMs = 2000

export const isSame = (a: AccessToken, b: AccessToken): boolean => a.value === b.value && a.tenant === b.tenant

/** The time until an instant, in ms: by the clock that leaves less. */
export function untilMs(moment: Instant, now: Instant): number {
  return Math.min(moment.mono - now.mono, moment.wall - now.wall)
}

/** The time left of a token, in ms. */
export const remainingMs = ({ expiresAt }: Held, now: Instant): number => untilMs(expiresAt, now)

/** The token, as long as it has not expired. */
export function validToken(held: Held | undefined, now: Instant): AccessToken | undefined {
  return held !== undefined && remainingMs(held, now) > 0 ? held.token : undefined
}

/** A new token, with the margins of design/promises 4. */
export function heldToken(token: AccessToken, { refreshMarginMs, random }: Margins, doubtful: boolean): Held {
  const { lifetimeMs, sentAt } = token
  const marginMs = Math.min(refreshMarginMs, 0.2 * lifetimeMs)
  const holdBeforeMs = Math.min(30_000, 0.05 * lifetimeMs)
  return {
    token,
    expiresAt: later(sentAt, lifetimeMs),
    renewBeforeMs: Math.max(marginMs * (1 + 0.1 * random()), holdBeforeMs),
    holdBeforeMs,
    successorAt: undefined,
    doubtful,
  }
}

/**
 * The endpoint answered a renewal with the token already held (Spring Security OAuth). Its deadline becomes the later of the two
 * stated ones. If that is no gain, the endpoint gives a successor only once the token has expired there, at the latest a
 * rounded second after the end that this answer states.
 */
export function renewedSame(held: Held, again: AccessToken, now: Instant, margins: Margins): Held {
  const stated = later(again.sentAt, again.lifetimeMs)
  const gainMs = untilMs(stated, now) - remainingMs(held, now)
  const roundTripMs = again.receivedAtMono - again.sentAt.mono
  if (gainMs > Math.max(roundingMs + roundTripMs, held.renewBeforeMs / 2))
    return heldToken(again, margins, held.doubtful)
  const expiresAt = gainMs > 0 ? stated : held.expiresAt
  const successorAt = surelyExpiredAt(held, again, expiresAt)
  const overlapMs = untilMs(successorAt, now) - untilMs(expiresAt, now)
  const holdBeforeMs = Math.max(0, Math.min(longestHoldForSuccessorMs - overlapMs, 0.05 * held.token.lifetimeMs))
  return { ...held, expiresAt, renewBeforeMs: holdBeforeMs, holdBeforeMs, successorAt }
}

/**
 * When a token that the endpoint has stated several times has expired there. Every answer bounds it on the monotonic
 * clock. On the wall clock only the newest does, since that clock may have jumped; but after a sleep only it is right.
 */
function surelyExpiredAt({ token, successorAt }: Held, again: AccessToken, expiresAt: Instant): Instant {
  const bound = (answer: AccessToken) => answer.receivedAtMono + answer.lifetimeMs + surelyExpiredMs
  const newest = bound(again)
  const mono = Math.min(bound(token), newest, successorAt?.mono ?? Number.POSITIVE_INFINITY)
  const wall = newest + again.sentAt.wall - again.sentAt.mono
  return { mono: Math.max(expiresAt.mono, mono), wall: Math.max(expiresAt.wall, wall) }
}

/**
 * A token with a lifetime ≤ 0. If the endpoint gives it `again` within a second, it is in its last second, and the successor is
 * waited for.
 */
export type Fleeting = Readonly<{ token: AccessToken; againUntil: number; again: boolean }>

/** A token with a lifetime ≤ 0 was seen, at `now` on the monotonic clock. */
export function sighted(before: Fleeting | undefined, token: AccessToken, now: number): Fleeting {
  if (before === undefined || !isSame(before.token, token)) {
    return { token, againUntil: now + surelyExpiredMs, again: false }
  }
  return { ...before, again: now < before.againUntil }
}

const later = ({ mono, wall }: Instant, ms: number): Instant => ({ mono: mono + ms, wall: wall + ms })
