import { bearerToken } from './bearer.ts'
import { uuid } from './invention.ts'
import { page } from './pages.ts'
import type { Employee } from './people.ts'
import { type Endpoints, json } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

const hr = { id: uuid('role HR'), name: 'HR Administrator', active: true }
const employee = { id: uuid('role employee'), name: 'Employee', active: true }

/** What tells a program who it is: the person who has logged in, or `behindClient` for the client's own tokens. */
export function identity(
  { options, tokens }: SandboxState,
  people: readonly Employee[],
  behindClient: Employee | undefined,
): Endpoints {
  const clients = [
    {
      id: uuid('oauth client'),
      clientId: options.clientId,
      scope: 'all',
      authorizedGrantTypes: 'client_credentials,authorization_code,refresh_token',
      authorities: 'ROLE_SANDBOX',
      webServerRedirectUri: options.redirectUri ?? null,
      authorizeAllEndpoints: true,
    },
  ]
  return {
    'GET /v1/oauth-clients/validate-access-token': () =>
      json(200, { valid: true, clientId: options.clientId, tenant: options.tenant }),
    'GET /v1/users/me': (call) => {
      const id = tokens.personOf(bearerToken(call) ?? '')
      const me = id === undefined ? behindClient : people.find((person) => person.id === id)
      return json(200, {
        id: id === undefined ? uuid('user of the oauth client') : uuid(`user ${id}`),
        username: me?.username ?? options.clientId,
        email: me?.email ?? 'sandbox@example.co.id',
        employee: me ? { id: me.id, name: me.name } : null,
        roles: [me === behindClient ? hr : employee],
      })
    },
    'GET /v1/oauth-clients': (call) =>
      page(call, clients, { id: (row) => row.id, clientId: (row) => row.clientId }, (row) => row, 'clientId'),
  }
}
