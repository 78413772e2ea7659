import { type Answer, type Call, headerValues, json, oauthError, readBody, springError } from './exchange.ts'
import { spend } from './faults.ts'
import type { State } from './state.ts'
import { secondsLeft } from './tokens.ts'

type Client = Readonly<{ id: string; secret: string }>

const challenge = { 'WWW-Authenticate': 'Basic realm="oauth2/client"' }

/** `POST /oauth/token`, as Spring Security OAuth answers it (RFC 6749 §4.4). */
export async function tokenEndpoint(call: Call, state: State): Promise<Answer> {
  if (call.method !== 'POST') {
    return oauthError(405, 'method_not_allowed', `Request method '${call.method}' not supported`, { Allow: 'POST' })
  }
  state.stats.tokenRequests += 1
  // Faults are spent in the order of arrival, so before anything is awaited.
  const error = spend(state.faults.tokenErrors)
  const body = (await readBody(call, 64 * 1024)).toString('utf8')
  const answer = error ? faultAnswer(call, error) : (refusalOf(call, body, state) ?? tokenAnswer(body, state))
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
    state.stats.tokenRefusals += 1
  }
  return answer
}

function tokenAnswer(body: string, state: State): Answer {
  const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }
  if (state.faults.tokenBody !== undefined) {
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json;charset=UTF-8', ...noStore },
      body: state.faults.tokenBody,
    }
  }
  const scope = new URLSearchParams(body).get('scope')?.trim() || 'all'
  const now = Date.now()
  const token = state.tokens.issue(scope, state.faults.tokenLifetime ?? state.options.tokenLifetimeSeconds, now)
  const answer = {
    access_token: token.value,
    token_type: 'bearer',
    expires_in: secondsLeft(token, now),
    scope: token.scope,
    tenant: state.options.tenant,
  }
  return json(200, answer, noStore)
}

function refusalOf(call: Call, body: string, state: State): Answer | undefined {
  // Another content type carries no parameters; the answer is then that of a request without them.
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(call.request.headers['content-type'] ?? '')
  const form = new URLSearchParams(isForm ? body : '')
  const { options } = state

  const authorizations = headerValues(call.request, 'authorization')
  if (authorizations.length > 1) return oauthError(400, 'invalid_request', 'Authorization was sent more than once')
  const clients = clientsIn(authorizations[0], form)
  if (clients.length === 0) {
    return oauthError(401, 'unauthorized', 'Full authentication is required to access this resource', challenge)
  }
  const known = clients.some(({ id, secret }) => id === options.clientId && secret === options.clientSecret)
  if (!known) return oauthError(401, 'invalid_client', 'Bad client credentials', challenge)

  const headers = headerValues(call.request, 'tenant')
  if (headers.length > 1) return oauthError(400, 'invalid_request', 'Tenant was sent more than once')
  const tenants = [...headers, ...form.getAll('tenant')].filter((tenant) => tenant !== '')
  if (tenants.length === 0) return oauthError(400, 'invalid_request', 'Missing tenant')
  if (tenants.some((tenant) => tenant !== options.tenant)) {
    return oauthError(401, 'invalid_client', 'The client does not belong to this tenant', challenge)
  }

  const grant = form.get('grant_type')
  if (!grant) return oauthError(400, 'invalid_request', 'Missing grant type')
  if (grant !== 'client_credentials')
    return oauthError(400, 'unsupported_grant_type', `Unsupported grant type: ${grant}`)
  return undefined
}

/** Every reading of the credentials sent: Basic is read both raw, as CATAPA's SDK sends it, and as RFC 6749 §2.3.1 says. */
function clientsIn(authorization: string | undefined, form: URLSearchParams): Client[] {
  const basic = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString('utf8')
    const colon = pair.indexOf(':')
    if (colon < 0) return [{ id: pair, secret: '' }]
    const raw = { id: pair.slice(0, colon), secret: pair.slice(colon + 1) }
    return [raw, { id: formDecoded(raw.id), secret: formDecoded(raw.secret) }]
  }
  const id = form.get('client_id')
  return id === null ? [] : [{ id, secret: form.get('client_secret') ?? '' }]
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? ''
}

function faultAnswer(call: Call, fault: { status?: number; retryAfter?: number | string; error?: string }): Answer {
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
