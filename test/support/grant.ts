import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { TestContext } from 'node:test'
import { inspect } from 'node:util'
import { connectionPool, trust } from '../../src/network/connection.ts'
import { ProblemError } from '../../src/problems/problem.ts'
import type { Credentials } from '../../src/settings/config.ts'
import { systemClock } from '../../src/time.ts'
import { clientCredentials, type GrantOptions } from '../../src/tokens/grants/grants.ts'
import type { AccessToken, TokenSource } from '../../src/tokens/token-source.ts'

/** Whatever an error may not tell. `%`, `+`, `:` and what is not ASCII differ between raw and form-encoded Basic. */
export const credentials: Credentials = {
  tenant: 'acme',
  clientId: 'payroll:job',
  clientSecret: 'se%cr+et: 4711 für ünß',
}

export const tokenValue = 'token-4711.never_told'

export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

export type Scripted = { url: URL; seen: Seen[]; server: Server }

/** A token endpoint that answers as a test says, and remembers what it was asked. */
export async function scripted(t: TestContext, answer: (response: ServerResponse) => unknown): Promise<Scripted> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    answer(response)
  })
  t.after(() => server.closeAllConnections())
  return { url: await listening(t, server), seen, server }
}

/** Listens on a free port until the end of the test. */
export async function listening(t: TestContext, server: Server, scheme = 'http'): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return new URL(`${scheme}://127.0.0.1:${port}/oauth/token`)
}

/** The grant against an endpoint, with connections that end with the test. */
export function grant(
  t: TestContext,
  tokenUrl: URL,
  { extraCa, ...options }: Partial<GrantOptions & { extraCa: string; client: Credentials }> = {},
): TokenSource {
  const secureContext = trust(extraCa, undefined)
  const pool = connectionPool(tokenUrl, { secureContext, proxy: undefined, connectTimeoutMs: 10_000, connections: 2 })
  t.after(() => pool.destroy())
  return clientCredentials(options.client ?? credentials, {
    tokenUrl,
    clientAuth: 'client_secret_basic',
    scope: undefined,
    timeoutMs: 20_000,
    pool,
    clock: systemClock,
    ...options,
  })
}

/** A token from an endpoint that answers 200 with this body. */
export async function tokenFrom(t: TestContext, body: string | Buffer): Promise<AccessToken> {
  const { url, seen } = await scripted(t, (response) => response.end(body))
  const token = await grant(t, url)()
  assert.equal(seen.length, 1)
  return token
}

/** The problem that a grant ends with. It tells neither secret nor token, however deep one looks. */
export async function problemOf(source: TokenSource): Promise<ProblemError> {
  const problem: unknown = await source().then(
    () => assert.fail('a token from nowhere'),
    (error: unknown) => error,
  )
  assert(problem instanceof ProblemError, inspect(problem))
  const { tenant, clientId, clientSecret } = credentials
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const told = inspect(problem, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
  for (const secret of [clientSecret, basic, tokenValue, 'endpoint-says']) {
    assert.ok(!told.includes(secret), `${secret} is told: ${told}`)
  }
  assert.ok(!problem.detail.includes(clientId) && !problem.detail.includes(tenant))
  assert.doesNotMatch(problem.detail, /127\.0\.0\.1|localhost/)
  assert.match(problem.detail, /^[A-Z][^\n]+\.$/, 'a sentence')
  return problem
}
