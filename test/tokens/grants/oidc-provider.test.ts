// Against oidc-provider, a certified authorization server that this project did not write.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import Provider, { type ClientMetadata } from 'oidc-provider'
import { ProblemError } from '../../../src/problems/problem.ts'
import type { Credentials } from '../../../src/settings/config.ts'
import { systemClock } from '../../../src/time.ts'
import { cached } from '../../../src/tokens/cache/token-cache.ts'
import { grant, listening } from '../../support/grant.ts'

const plain: Credentials = { tenant: 'acme', clientId: 'plain-client', clientSecret: 'plain-secret-0123456789' }
/** What raw and form-encoded Basic disagree about, as far as the RFC allows it in a secret. */
const odd: Credentials = { tenant: 'acme', clientId: 'odd:client', clientSecret: 'se%41cr+et: with spaces &=?/' }

function client(
  { clientId, clientSecret }: Credentials,
  method: 'client_secret_basic' | 'client_secret_post',
): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: method,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: 'read',
  }
}

/** An authorization server, and its word on whether a token is valid. */
async function authority(
  t: TestContext,
  clients: ClientMetadata[],
  format: 'opaque' | 'jwt' = 'opaque',
  lifetimeSeconds = 600,
) {
  const server = createServer()
  const url = await listening(t, server)
  t.after(() => server.closeAllConnections())
  t.mock.method(console, 'warn', () => {}) // It warns of being used in a test.
  const provider = new Provider(url.origin, {
    clients,
    scopes: ['read', 'write'],
    ttl: { ClientCredentials: lifetimeSeconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: async () => true },
      resourceIndicators: {
        enabled: format === 'jwt',
        defaultResource: async () => 'https://api.example',
        getResourceServerInfo: async () => ({
          scope: 'read write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: lifetimeSeconds,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  })
  let requests = 0
  const answer = provider.callback()
  server.on('request', (request, response) => {
    requests += 1
    answer(request, response)
  })
  async function introspect({ clientId, clientSecret }: Credentials, token: string) {
    const form = new URLSearchParams({ token, client_id: clientId, client_secret: clientSecret })
    const response = await fetch(new URL('/token/introspection', url), { method: 'POST', body: form })
    return (await response.json()) as { active: boolean; client_id?: string; scope?: string; exp?: number }
  }
  return { url: new URL('/token', url), introspect, requests: () => requests }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => assert.fail('a token from nowhere'),
    (reason: unknown) => reason,
  )
  assert(error instanceof ProblemError)
  return error.code
}

test('raw Basic works for a secret that needs no encoding, and the token is valid', async (t) => {
  const { url, introspect } = await authority(t, [client(plain, 'client_secret_basic')])
  const token = await grant(t, url, { client: plain })()
  assert.deepEqual([token.lifetimeMs, token.lifetimeAssumed, token.tenant], [600_000, false, 'acme'])
  const word = await introspect(plain, token.value)
  assert.deepEqual([word.active, word.client_id], [true, plain.clientId])
})

test('form-encoded Basic works for every secret that the RFC allows', async (t) => {
  const { url, introspect } = await authority(t, [client(odd, 'client_secret_basic')])
  const token = await grant(t, url, { client: odd, clientAuth: 'client_secret_basic_encoded' })()
  assert.equal((await introspect(odd, token.value)).active, true)
})

test('raw Basic is refused for such a secret by a server that keeps to the RFC', async (t) => {
  const { url } = await authority(t, [client(odd, 'client_secret_basic')])
  assert.equal(await codeOf(grant(t, url, { client: odd })()), 'credentials_rejected')
})

test('client_secret_post works for every secret', async (t) => {
  const { url, introspect } = await authority(t, [client(odd, 'client_secret_post')])
  const token = await grant(t, url, { client: odd, clientAuth: 'client_secret_post' })()
  assert.equal((await introspect(odd, token.value)).active, true)
})

test('a wrong secret, an unknown client and a scope that is not theirs are refused', async (t) => {
  const { url } = await authority(t, [client(plain, 'client_secret_basic')])
  const attempts = [
    grant(t, url, { client: { ...plain, clientSecret: 'wrong' } }),
    grant(t, url, { client: { ...plain, clientId: 'unknown' } }),
    grant(t, url, { client: { ...plain, clientSecret: 'wrong' }, clientAuth: 'client_secret_post' }),
    grant(t, url, { client: plain, scope: 'write' }),
  ]
  for (const attempt of attempts) assert.equal(await codeOf(attempt()), 'credentials_rejected')
})

test('a scope is asked for and granted', async (t) => {
  const { url, introspect } = await authority(t, [client(plain, 'client_secret_basic')])
  const token = await grant(t, url, { client: plain, scope: 'read' })()
  assert.equal((await introspect(plain, token.value)).scope, 'read')
})

test('a JWT is a token like any other', async (t) => {
  const { url } = await authority(t, [client(plain, 'client_secret_basic')], 'jwt')
  const token = await grant(t, url, { client: plain })()
  const [, payload = ''] = token.value.split('.')
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).client_id, plain.clientId)
  assert.equal(token.lifetimeMs, 600_000)
})

test('across a renewal of a token of 10 s the server calls every token valid at the moment of its use', async (t) => {
  // It counts in whole seconds, so its tokens end up to a second before what it states: the margin has to be longer.
  const { url, introspect, requests } = await authority(t, [client(plain, 'client_secret_basic')], 'opaque', 10)
  const tokens = cached(grant(t, url, { client: plain }), {
    clock: systemClock,
    refreshMarginMs: 300_000,
    tokenWaitMs: 15_000,
    idleCheckMs: 0,
    random: Math.random,
    report: () => {},
  })
  t.after(() => tokens.stop())
  tokens.start()
  const seen = new Set<string>()
  const until = performance.now() + 10_500
  let asked = 0
  while (performance.now() < until) {
    const token = tokens.current() ?? (await tokens.get())
    seen.add(token.value)
    asked += 1
    assert.ok((await introspect(plain, token.value)).active)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.equal(seen.size, 2)
  assert.equal(requests() - asked, 2, 'one token request per lifetime')
})
