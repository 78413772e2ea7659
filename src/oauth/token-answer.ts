const longestLifetimeMs = 24 * 60 * 60_000

/** A token answer in the form that oauth4webapi judges, and its lifetime, which that library reads too narrowly. */
export type TokenAnswer = { json: Record<string, unknown>; lifetimeMs: number | undefined }

/**
 * Reads the JSON of a token answer (CONTRACT §4, STACK row 32): `null` members count as missing, no `token_type` is
 * Bearer, the lifetime is `expires_in` or `expire_in`, a number or a numeric string.
 *
 * @throws Error when it is malformed
 */
export function parseTokenAnswer(body: string): TokenAnswer {
  const parsed: unknown = JSON.parse(body)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('not a JSON object')
  const given = Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null))
  const { access_token, token_type = 'Bearer', expires_in, expire_in } = given
  if (typeof access_token !== 'string' || !/^[\x21-\x7e]+$/.test(access_token)) {
    throw new Error('access_token is not visible ASCII')
  }
  return { json: { access_token, token_type }, lifetimeMs: lifetime(expires_in ?? expire_in) }
}

function lifetime(stated: unknown): number | undefined {
  if (stated === undefined) return undefined
  const seconds = typeof stated === 'string' && /^-?\d+(\.\d+)?$/.test(stated.trim()) ? Number(stated) : stated
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw new Error('the lifetime is not a number')
  return Math.min(seconds * 1000, longestLifetimeMs)
}
