import { randomBytes, randomUUID } from 'node:crypto'
import type { Login } from './logins.ts'

/** `login` is the person's that it acts for; undefined: the client itself. */
export type Token = Readonly<{ value: string; scope: string; expiresAt: number; login: Login | undefined }>

export type Tokens = Readonly<{
  issue: (scope: string, lifetimeSeconds: number, now: number, login?: Login) => Token
  state: (value: string) => 'valid' | 'expired' | 'unknown'
  /** How long ago it expired; negative while it is valid, or when it is unknown. */
  expiredForMs: (value: string) => number
  /** The id of the person that it acts for. */
  personOf: (value: string) => string | undefined
  /** Whether a token is used for the first time. */
  firstUse: (value: string) => boolean
  /** Forgets all of them; how many were still valid. */
  revokeAll: () => number
}>

/** Whole seconds that a token has left, rounded down as Spring Security OAuth does: 0 in its last second. */
export function secondsLeft(token: Token, now: number): number {
  return Math.floor((token.expiresAt - now) / 1000)
}

/**
 * The token store. With `reuse`, a repeated request gets the token that exists, as Spring's DefaultTokenServices does
 * with a stored token store (spring-attic/spring-security-oauth #633, #975); a refresh always gets a new one, there too.
 * With `single`, a new token of the client itself ends the one before.
 */
export function tokenStore(options: { tenant: string; clientId: string; reuse: boolean; single: boolean }): Tokens {
  const tokens = new Map<string, Token>()
  const current = new Map<string, Token>()
  const unused = new Set<string>()

  function issue(scope: string, lifetimeSeconds: number, now: number, login?: Login): Token {
    const existing = login === undefined ? current.get(scope) : undefined
    if (options.reuse && existing && existing.expiresAt > now) return existing
    if (options.single && existing) tokens.delete(existing.value)
    const expiresAt = now + Math.round(lifetimeSeconds * 1000)
    const token = { value: jwt({ ...options, scope, expiresAt }), scope, expiresAt, login }
    tokens.set(token.value, token)
    unused.add(token.value)
    if (login === undefined) current.set(scope, token)
    // The expired are kept for a while, to be told from the unknown; a Map iterates oldest first.
    for (const value of tokens.keys()) {
      if (tokens.size <= 10_000) break
      tokens.delete(value)
    }
    return token
  }

  function state(value: string): 'valid' | 'expired' | 'unknown' {
    const token = tokens.get(value)
    if (!token || token.login?.revoked) return 'unknown'
    return token.expiresAt > Date.now() ? 'valid' : 'expired'
  }

  function revokeAll(): number {
    const valid = [...tokens.values()].filter((token) => token.expiresAt > Date.now()).length
    tokens.clear()
    current.clear()
    unused.clear()
    return valid
  }

  const expiredForMs = (value: string) => Date.now() - (tokens.get(value)?.expiresAt ?? Number.POSITIVE_INFINITY)
  const personOf = (value: string) => tokens.get(value)?.login?.person
  return { issue, state, expiredForMs, personOf, firstUse: (value) => unused.delete(value), revokeAll }
}

/** Shaped like the tokens that CATAPA's documentation shows; the signature is noise. */
function jwt(claims: { tenant: string; clientId: string; scope: string; expiresAt: number }): string {
  const header = { alg: 'RS256', typ: 'JWT' }
  const payload = {
    aud: ['catapa-sandbox'],
    tenant: claims.tenant,
    client_id: claims.clientId,
    scope: claims.scope.split(' '),
    authorities: ['ROLE_SANDBOX'],
    exp: Math.floor(claims.expiresAt / 1000),
    jti: randomUUID(),
  }
  const parts = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  return [...parts, randomBytes(256).toString('base64url')].join('.')
}
