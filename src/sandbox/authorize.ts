import { errorPage, loginPage, securityHeaders } from './authorize-page.ts'
import type { Employee } from './people.ts'
import { type Endpoint, readBody, type SandboxAnswer } from './sandbox-request.ts'
import { defaultRedirectUri, type SandboxState } from './state.ts'

/** An authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3) whose client and redirect URI are right. */
type Request = Readonly<{ scope: string; state: string | null; redirectUri: string; challenge: string | undefined }>

/**
 * `/oauth2/authorize`: a page to log in as one of the invented people, without a password. GET shows it; POST, with the
 * same query, says who it is, or that they deny. The redirect carries `code`, `state` and, as CATAPA's, `tenant`.
 */
export function authorizationEndpoint(state: SandboxState, people: readonly Employee[]): Endpoint {
  const active = people.filter((person) => person.active)
  const { clientId, tenant, redirectUri = defaultRedirectUri } = state.options

  function back(request: Pick<Request, 'redirectUri' | 'state'>, parameters: Record<string, string>): SandboxAnswer {
    const to = new URL(request.redirectUri)
    for (const [name, value] of Object.entries(parameters)) to.searchParams.append(name, value)
    if (request.state !== null) to.searchParams.append('state', request.state)
    return { status: 302, headers: { ...securityHeaders([]), Location: to.href }, body: '' }
  }

  function decided(request: Request, form: URLSearchParams): SandboxAnswer {
    if (form.has('deny')) {
      return back(request, { error: 'access_denied', error_description: 'User denied access' })
    }
    const person = active.find(({ id }) => id === form.get('person'))
    if (person === undefined) return errorPage('Nobody of that name works here.', 'Go back and choose a person.')
    const { scope, challenge } = request
    const code = state.logins.issueCode({ person: person.id, scope, redirectUri: request.redirectUri, challenge })
    return back(request, { code, tenant })
  }

  return async (call) => {
    if (!['GET', 'HEAD', 'POST'].includes(call.method)) {
      const refusal = errorPage('This page is for browsers.', 'It takes GET and POST.', 405)
      return { ...refusal, headers: { ...refusal.headers, Allow: 'GET, POST' } }
    }
    const form = new URLSearchParams(call.method === 'POST' ? (await readBody(call, 64 * 1024)).toString('utf8') : '')
    const { query } = call
    // With these wrong nobody may be sent anywhere (RFC 6749 §4.1.2.1).
    if (single(query, 'client_id') !== clientId) {
      return errorPage('This program is not known here.', 'Check its client id: CATAPA_CLIENT_ID, SANDBOX_CLIENT_ID.')
    }
    if (single(query, 'redirect_uri') !== redirectUri) {
      return errorPage(
        'This program asks for another redirect URI than the registered one.',
        `Registered is ${redirectUri}. Set CATAPA_REDIRECT_URI to it, or SANDBOX_REDIRECT_URI to the other one.`,
      )
    }
    const request = { ...requestIn(query), redirectUri }
    const flaw = flawOf(query, tenant)
    if (flaw !== undefined) return back(request, { error: flaw.error, error_description: flaw.description })
    if (call.method === 'POST') return decided(request, form)
    return loginPage({ clientId, tenant, redirectUri, people: active })
  }
}

function requestIn(query: URLSearchParams): Omit<Request, 'redirectUri'> {
  return {
    scope: query.get('scope')?.trim() || 'all',
    state: single(query, 'state') ?? null,
    challenge: query.get('code_challenge') ?? undefined,
  }
}

function flawOf(query: URLSearchParams, tenant: string): { error: string; description: string } | undefined {
  const invalid = (description: string) => ({ error: 'invalid_request', description })
  const twice = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1)
  if (twice.length > 0) return invalid('A parameter was sent more than once')
  if (query.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', description: 'The response_type must be code' }
  }
  if ((query.get('tenant') ?? tenant) !== tenant) return invalid('The client does not belong to this tenant')
  const challenge = query.get('code_challenge')
  const method = query.get('code_challenge_method')
  if (challenge === null) return method === null ? undefined : invalid('There is no code_challenge')
  if (method !== 'S256') return invalid('The code_challenge_method must be S256')
  return /^[\w-]{43}$/.test(challenge) ? undefined : invalid('The code_challenge is no SHA-256 in base64url')
}

/** The value of a parameter that was sent exactly once. */
function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}
