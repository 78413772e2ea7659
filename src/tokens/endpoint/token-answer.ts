import type { TokenFlaw } from '../../problems/failure.ts'
import { jsonObject } from '../../words/member-at.ts'

const longestLifetimeMs = 24 * 60 * 60_000

/** A token answer in the form that oauth4webapi judges, and its lifetime, which that library reads too narrowly. */
export type TokenAnswer = { json: Record<string, unknown>; lifetimeMs: number | undefined }

/**
 * Reads the JSON of a token answer (design/promises 4.3, design/libraries 32): `null` members count as missing, no
 * `token_type` is Bearer, the lifetime is `expires_in` or `expire_in`, a number or a numeric string.
 *
 * @returns the flaw of a malformed answer
 */
export function parseTokenAnswer(body: string): TokenAnswer | TokenFlaw {
  const members = jsonObject(body)
  if (members === undefined) return 'no_object'
  const given = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
  const { access_token, token_type = 'Bearer', refresh_token, expires_in, expire_in } = given
  if (typeof access_token !== 'string' || !/^[\x21-\x7e]+$/.test(access_token)) return 'access_token'
  // RFC 6749 appendix A.17. A refresh token that cannot be sent back counts as missing: not every grant needs it.
  const usable = typeof refresh_token === 'string' && /^[\x20-\x7e]+$/.test(refresh_token)
  const lifetimeMs = lifetime(expires_in ?? expire_in)
  if (Number.isNaN(lifetimeMs)) return 'lifetime'
  return {
    json: { access_token, token_type, ...(usable && { refresh_token }) },
    lifetimeMs,
  }
}

/** In milliseconds; NaN when it is no number. */
function lifetime(stated: unknown): number | undefined {
  if (stated === undefined) return undefined
  const seconds = typeof stated === 'string' && /^-?\d+(\.\d+)?$/.test(stated.trim()) ? Number(stated) : stated
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return Number.NaN
  return Math.min(seconds * 1000, longestLifetimeMs)
}
