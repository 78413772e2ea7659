import { headerValues, oauthError, type SandboxAnswer, type SandboxCall } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

type Client = Readonly<{ id: string; secret: string }>

export const challenge = { 'WWW-Authenticate': 'Basic realm="oauth2/client"' }

/** Undefined when the request comes from the client and for the tenant that the sandbox knows; otherwise the refusal. */
export function clientRefusal(
  call: SandboxCall,
  form: URLSearchParams,
  { options }: SandboxState,
): SandboxAnswer | undefined {
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
