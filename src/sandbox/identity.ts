import { bearerToken } from './bearer.ts'
import { page } from './pages.ts'
import { accountOf, type Employee } from './people.ts'
import { uuid } from './reference-lists.ts'
import { type Endpoints, json } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

const hr = { id: uuid('role HR'), name: 'HR Administrator', active: true }
const employee = { id: uuid('role employee'), name: 'Employee', active: true }

/** What tells a program who it is: the person who has logged in, or a manager for the client's own tokens. */
export function identity({ options, tokens }: SandboxState, people: readonly Employee[]): Endpoints {
  const behindClient = people[10]
  const client = {
    id: uuid('oauth client'),
    clientId: options.clientId,
    scope: 'all',
    authorizedGrantTypes: 'client_credentials,authorization_code,refresh_token',
    authorities: 'ROLE_SANDBOX',
    webServerRedirectUri: options.redirectUri ?? null,
    authorizeAllEndpoints: true,
  }
  return {
    'GET /v1/oauth-clients/validate-access-token': () =>
      json(200, { valid: true, clientId: options.clientId, tenant: options.tenant }),
    'GET /v1/users/me': (call) => {
      const id = tokens.personOf(bearerToken(call) ?? '')
      const me = id === undefined ? behindClient : people.find((employee) => employee.id === id)
      return json(200, {
        id: id === undefined ? uuid('user of the oauth client') : uuid(`user ${id}`),
        ...(me && { ...accountOf(me), employee: { id: me.id, name: me.name } }),
        roles: [me === behindClient ? hr : employee],
      })
    },
    'GET /v1/oauth-clients': (call) => page(call, [client], 'clientId'),
  }
}
