import { headerValues, oauthError, type SandboxAnswer, type SandboxCall } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

const realm = 'Bearer realm="oauth2-resource"'

/** A token that expired on its way was not sent expired; on a busy machine the way takes so long. */
const longestTransitMs = 250

/** Undefined when the call carries a valid token and the right tenant; otherwise the refusal, as Spring words it. */
export function refusalOf(call: SandboxCall, state: SandboxState): SandboxAnswer | undefined {
  const authorizations = headerValues(call.request, 'authorization')
  const tenants = headerValues(call.request, 'tenant')
  if (authorizations.length > 1) return oauthError(400, 'invalid_request', 'Authorization was sent more than once')
  if (tenants.length > 1) return oauthError(400, 'invalid_request', 'Tenant was sent more than once')

  const token = bearerToken(call)
  if (token === undefined) {
    const description = 'Full authentication is required to access this resource'
    const challenge = `${realm}, error="unauthorized", error_description="${description}"`
    return oauthError(401, 'unauthorized', description, { 'WWW-Authenticate': challenge })
  }
  const tokenState = state.tokens.state(token)
  if (state.tokens.expiredForMs(token) > longestTransitMs) state.stats.expiredTokens += 1
  if (tokenState !== 'valid') {
    return invalidToken(
      state,
      tokenState === 'expired' ? `Access token expired: ${token}` : `Invalid access token: ${token}`,
    )
  }
  if (tenants[0] === undefined || tenants[0] === '')
    return oauthError(403, 'access_denied', 'The Tenant header is missing')
  if (tenants[0] !== state.options.tenant)
    return oauthError(403, 'access_denied', 'The access token is of another tenant')
  if (state.tokens.firstUse(token)) state.stats.usedTokens += 1
  return undefined
}

/** The token that a call carries. */
export function bearerToken(call: SandboxCall): string | undefined {
  return /^Bearer +([^ ].*)$/i.exec(headerValues(call.request, 'authorization')[0] ?? '')?.[1]?.trim()
}

/** The 401 for a token that doesn't count (any more). Spring repeats the token in it, so this does, too. */
export function invalidToken(state: SandboxState, description: string): SandboxAnswer {
  state.stats.rejectedTokens += 1
  const quotable = description.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 4096)
  const challenge = `${realm}, error="invalid_token", error_description="${quotable}"`
  return oauthError(401, 'invalid_token', quotable, { 'WWW-Authenticate': challenge })
}
