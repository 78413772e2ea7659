import { type Endpoints, json } from './exchange.ts'
import { uuid } from './invention.ts'
import { page } from './pages.ts'
import type { Person } from './people.ts'
import type { State } from './state.ts'

/** What tells a program who it is. `me` is the person behind the client. */
export function identity({ options }: State, me: Person | undefined): Endpoints {
  const clients = [
    {
      id: uuid('oauth client'),
      clientId: options.clientId,
      scope: 'all',
      authorizedGrantTypes: 'client_credentials',
      authorities: 'ROLE_SANDBOX',
      webServerRedirectUri: null,
      authorizeAllEndpoints: true,
    },
  ]
  return {
    'GET /v1/oauth-clients/validate-access-token': () =>
      json(200, { valid: true, clientId: options.clientId, tenant: options.tenant }),
    'GET /v1/users/me': () =>
      json(200, {
        id: uuid('user of the oauth client'),
        username: me?.username ?? options.clientId,
        email: me?.email ?? 'sandbox@example.co.id',
        employee: me ? { id: me.id, name: me.name } : null,
        roles: [{ id: uuid('role HR'), name: 'HR Administrator', active: true }],
      }),
    'GET /v1/oauth-clients': (call) =>
      page(call, clients, { id: (row) => row.id, clientId: (row) => row.clientId }, (row) => row, 'clientId'),
  }
}
