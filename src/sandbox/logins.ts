import { createHash, randomBytes } from 'node:crypto'

/** What a person has granted the client by logging in. All that was issued for it ends with it. */
export type Login = { readonly person: string; readonly scope: string; revoked: boolean }

/** What the authorization endpoint ties to a code (RFC 6749 §4.1.2, RFC 7636 §4.4). */
export type Grant = Readonly<{ person: string; scope: string; redirectUri: string; challenge: string | undefined }>

/** What a code or a refresh token is good for; `refreshToken` is the one to use next time. */
export type Granted = Readonly<{ login: Login; refreshToken: string }>

/** Why not, in Spring's words; `reused`: it had been used before, and everything that came of it is revoked. */
export type NotGranted = Readonly<{ description: string; reused: boolean }>

export type Logins = Readonly<{
  /** A code that works once, for 60 s. */
  issueCode: (grant: Grant) => string
  redeemCode: (code: string, sent: { redirectUri: string | null; verifier: string | null }) => Granted | NotGranted
  refresh: (refreshToken: string) => Granted | NotGranted
  /** Ends every login; how many there were. */
  revokeAll: () => number
}>

const codeLifetimeMs = 60_000

type Code = { readonly grant: Grant; readonly login: Login; readonly expiresAt: number; used: boolean }
type RefreshToken = { readonly login: Login; used: boolean }

/** The logins of people. With `rotation` each refresh token works once, and one that comes again ends its login (RFC 9700 §4.14.2). */
export function loginStore({ rotation }: { rotation: boolean }): Logins {
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, RefreshToken>()

  function newRefreshToken(login: Login): string {
    const value = randomBytes(32).toString('base64url')
    refreshTokens.set(value, { login, used: false })
    return value
  }

  function issueCode(grant: Grant): string {
    const value = randomBytes(24).toString('base64url')
    const login = { person: grant.person, scope: grant.scope, revoked: false }
    codes.set(value, { grant, login, expiresAt: Date.now() + codeLifetimeMs, used: false })
    return value
  }

  function redeemCode(value: string, sent: { redirectUri: string | null; verifier: string | null }) {
    const code = codes.get(value)
    if (code === undefined) return refused(`Invalid authorization code: ${value}`)
    if (code.used) {
      code.login.revoked = true
      return refused(`Invalid authorization code: ${value}`, true)
    }
    code.used = true // Also by a request that is refused: whoever guesses gets one try.
    if (Date.now() > code.expiresAt) return refused(`Expired authorization code: ${value}`)
    if (sent.redirectUri !== code.grant.redirectUri) return refused('Redirect URI mismatch.')
    if (!fits(sent.verifier, code.grant.challenge)) return refused('The code_verifier does not fit the code_challenge')
    return { login: code.login, refreshToken: newRefreshToken(code.login) }
  }

  function refresh(value: string): Granted | NotGranted {
    const token = refreshTokens.get(value)
    if (token === undefined) return refused(`Invalid refresh token: ${value}`)
    const { login } = token
    if (token.used && !login.revoked) {
      login.revoked = true
      return refused(`Invalid refresh token: ${value}`, true)
    }
    if (login.revoked) return refused(`Invalid refresh token (revoked): ${value}`)
    if (!rotation) return { login, refreshToken: value }
    token.used = true
    return { login, refreshToken: newRefreshToken(login) }
  }

  function revokeAll(): number {
    const logins = new Set([...refreshTokens.values()].map(({ login }) => login).filter(({ revoked }) => !revoked))
    for (const login of logins) login.revoked = true
    codes.clear()
    return logins.size
  }

  return { issueCode, redeemCode, refresh, revokeAll }
}

function refused(description: string, reused = false): NotGranted {
  return { description, reused }
}

/** RFC 7636 §4.6, and a verifier without a challenge is refused too (RFC 9700 §2.1.1: no downgrade). */
function fits(verifier: string | null, challenge: string | undefined): boolean {
  if (challenge === undefined || verifier === null) return challenge === undefined && verifier === null
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}
