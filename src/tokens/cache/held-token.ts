import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'

/** A token in the cache, with the moments that matter as "so long before its expiry". */
export type Held = {
  readonly token: AccessToken
  readonly expiresAt: Instant
  readonly renewBeforeMs: number
  /** In this last stretch requests wait for the successor. */
  readonly holdBeforeMs: number
  /**
   * Set once the endpoint has handed this token back: when it has surely expired there. Until then asking brings
   * nothing.
   */
  readonly successorAt: Instant | undefined
  /** It was asked for because CATAPA had refused its predecessor, and CATAPA has not accepted it yet. */
  readonly doubtful: boolean
}

/** How early to renew: `random` is from 0 to 1, as Math.random. */
export type Margins = { refreshMarginMs: number; random: () => number }

/** Whole seconds are rounded down, so a token may live up to a second longer than stated (design/promises 4). */
const roundingMs = 1000
/** After so long beyond its stated end it has surely expired: two clocks may run at slightly different speeds. */
const surelyExpiredMs = roundingMs + 50
const longestHoldForSuccessorMs = 2000

export const isSame = (a: AccessToken, b: AccessToken): boolean => a.value === b.value && a.tenant === b.tenant

/** How long until a moment: by the clock that says less. */
export function untilMs(moment: Instant, now: Instant): number {
  return Math.min(moment.mono - now.mono, moment.wall - now.wall)
}

/** What is left of a token. */
export const remainingMs = ({ expiresAt }: Held, now: Instant): number => untilMs(expiresAt, now)

/** The token, as long as it has not expired. */
export function validToken(held: Held | undefined, now: Instant): AccessToken | undefined {
  return held !== undefined && remainingMs(held, now) > 0 ? held.token : undefined
}

/** A token that was just obtained, with the margins of design/promises 4. */
export function hold(token: AccessToken, { refreshMarginMs, random }: Margins, doubtful: boolean): Held {
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
 * The endpoint answered a renewal with the token already held (Spring Security OAuth). Its deadline becomes the later
 * of the two stated ones. If that is no gain, its successor can be had only once it has expired at the endpoint, which
 * is at the latest a rounded second after the end that this answer states.
 */
export function renewedSame(held: Held, again: AccessToken, now: Instant, margins: Margins): Held {
  const stated = later(again.sentAt, again.lifetimeMs)
  const gainMs = untilMs(stated, now) - remainingMs(held, now)
  const roundTripMs = again.receivedAtMono - again.sentAt.mono
  if (gainMs > Math.max(roundingMs + roundTripMs, held.renewBeforeMs / 2)) return hold(again, margins, held.doubtful)
  const expiresAt = gainMs > 0 ? stated : held.expiresAt
  const successorAt = surelyExpiredAt(held, again, expiresAt)
  const overlapMs = untilMs(successorAt, now) - untilMs(expiresAt, now)
  const holdBeforeMs = Math.max(0, Math.min(longestHoldForSuccessorMs - overlapMs, 0.05 * held.token.lifetimeMs))
  return { ...held, expiresAt, renewBeforeMs: holdBeforeMs, holdBeforeMs, successorAt }
}

/**
 * When a token that the endpoint has stated several times has expired there. Every answer bounds it on the monotonic
 * clock. On the wall clock only the newest does, since that clock may have jumped; but after a sleep it is the right one.
 */
function surelyExpiredAt({ token, successorAt }: Held, again: AccessToken, expiresAt: Instant): Instant {
  const bound = (answer: AccessToken) => answer.receivedAtMono + answer.lifetimeMs + surelyExpiredMs
  const newest = bound(again)
  const mono = Math.min(bound(token), newest, successorAt?.mono ?? Number.POSITIVE_INFINITY)
  const wall = newest + again.sentAt.wall - again.sentAt.mono
  return { mono: Math.max(expiresAt.mono, mono), wall: Math.max(expiresAt.wall, wall) }
}

/**
 * A token with a lifetime ≤ 0. If it comes `again` within a second, it is in the last one of its life and handed back,
 * and its successor is waited for.
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
