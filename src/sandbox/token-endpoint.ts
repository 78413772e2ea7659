import { challenge, clientRefusal } from './clients.ts'
import { spend } from './faults.ts'
import type { Granted, NotGranted } from './logins.ts'
import { json, oauthError, readBody, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'
import { secondsLeft } from './tokens.ts'

/** `POST /oauth/token`, as Spring Security OAuth answers it (RFC 6749 §4.1.3, §4.4, §6). */
export async function tokenEndpoint(call: SandboxCall, state: SandboxState): Promise<SandboxAnswer> {
  if (call.method !== 'POST') {
    return oauthError(405, 'method_not_allowed', `Request method '${call.method}' not supported`, { Allow: 'POST' })
  }
  state.stats.tokenRequests += 1
  // Faults are spent in the order of arrival, so before anything is awaited.
  const error = spend(state.faults.tokenErrors)
  const body = (await readBody(call, 64 * 1024)).toString('utf8')
  // Another content type carries no parameters; the answer is then that of a request without them.
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.request.headers['content-type'] ?? '')
  const form = new URLSearchParams(isForm ? body : '')
  if (form.get('grant_type') === 'refresh_token') state.stats.refreshRequests += 1
  const answer = error ? faultAnswer(call, error) : (clientRefusal(call, form, state) ?? grantAnswer(form, state))
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
    state.stats.tokenRefusals += 1
  }
  return answer
}

function grantAnswer(form: URLSearchParams, state: SandboxState): SandboxAnswer {
  const grant = form.get('grant_type')
  if (!grant) return oauthError(400, 'invalid_request', 'Missing grant type')
  if (grant === 'client_credentials') return tokenAnswer(form.get('scope')?.trim() || 'all', undefined, state)
  if (grant === 'authorization_code') {
    const code = form.get('code')
    if (!code) return oauthError(400, 'invalid_request', 'An authorization code must be supplied.')
    const sent = { redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier') }
    return loginAnswer(state.logins.redeemCode(code, sent), state)
  }
  if (grant === 'refresh_token') {
    const token = form.get('refresh_token')
    if (!token) return oauthError(400, 'invalid_request', 'A refresh token must be supplied.')
    return loginAnswer(state.logins.refresh(token), state)
  }
  return oauthError(400, 'unsupported_grant_type', `Unsupported grant type: ${grant}`)
}

function loginAnswer(outcome: Granted | NotGranted, state: SandboxState): SandboxAnswer {
  if ('login' in outcome) return tokenAnswer(outcome.login.scope, outcome, state)
  if (outcome.reused) state.stats.reuseDetections += 1
  return oauthError(400, 'invalid_grant', outcome.description.slice(0, 500))
}

function tokenAnswer(scope: string, granted: Granted | undefined, state: SandboxState): SandboxAnswer {
  const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }
  if (state.faults.tokenBody !== undefined) {
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json;charset=UTF-8', ...noStore },
      body: state.faults.tokenBody,
    }
  }
  const now = Date.now()
  const lifetimeSeconds = state.faults.tokenLifetime ?? state.options.tokenLifetimeSeconds
  const token = state.tokens.issue(scope, lifetimeSeconds, now, granted?.login)
  const answer = {
    access_token: token.value,
    token_type: 'bearer',
    ...(granted && { refresh_token: granted.refreshToken }),
    expires_in: secondsLeft(token, now),
    scope: token.scope,
    tenant: state.options.tenant,
  }
  return json(200, answer, noStore)
}

function faultAnswer(
  call: SandboxCall,
  fault: { status?: number; retryAfter?: number | string; error?: string },
): SandboxAnswer {
  const status = fault.status ?? 503
  const usual: Readonly<Record<number, string>> = {
    400: 'invalid_request',
    401: 'invalid_client',
    403: 'access_denied',
  }
  const error = fault.error ?? usual[status]
  const description = status === 401 ? 'Bad client credentials' : 'Injected by /sandbox/faults'
  const headers: Record<string, string> = status === 401 ? { ...challenge } : {}
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(fault.retryAfter)
  if (error !== undefined) return oauthError(status, error, description, headers)
  const answer = springError(status, call.path, description)
  return { ...answer, headers: { ...answer.headers, ...headers } }
}
