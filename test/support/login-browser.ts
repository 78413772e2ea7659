// An authorization server that nobody here wrote, and callers that know nothing of logins.
import { execFile } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import Provider from 'oidc-provider'
import type { Browser, Page } from 'playwright-core'
import { newPage } from './page.ts'
import { demoCredentials, type Ending, listenOnFreePort, secret } from './sidecar.ts'

const run = promisify(execFile)

export type Authority = {
  url: string
  /** Refresh requests that were granted, codes and refresh tokens that were used twice, logins that were revoked. */
  seen: { refreshes: number; revoked: number }
  /** A refresh, as whoever has the token and the client's secret can make it. */
  refresh(refreshToken: string): Promise<{ status: number; error: string | undefined }>
}

/**
 * oidc-provider with its own pages for login and consent, PKCE required, refresh tokens that work once and reuse detection; and,
 * for CATAPA's API, `/v1/users/me`, which asks it whose token came.
 */
export async function startAuthority(
  t: Ending,
  { redirectUri, tokenSeconds }: { redirectUri: string; tokenSeconds: number },
): Promise<Authority> {
  const server = createServer()
  const url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  const { clientId, clientSecret, tenant } = demoCredentials
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    routes: { authorization: '/oauth2/authorize', token: '/oauth/token' },
    pkce: { required: () => true },
    cookies: { keys: ['only-for-this-test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: tokenSeconds, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
  })
  const seen = { refreshes: 0, revoked: 0 }
  provider.on('grant.success', (context) => {
    if (context.oidc.params?.grant_type === 'refresh_token') seen.refreshes += 1
  })
  provider.on('grant.revoked', () => {
    seen.revoked += 1
  })

  async function usersMe(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const value = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const token = value === undefined ? undefined : await provider.AccessToken.find(value)
    if (token === undefined || token.isExpired || request.headers.tenant !== tenant) {
      response.writeHead(401).end()
      return
    }
    const username = token.accountId
    const user = { id: `id-${username}`, username, email: `${username}@example.com`, employee: null, roles: [] }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(user))
  }

  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url === '/v1/users/me') usersMe(request, response)
    else answer(request, response)
  })
  return {
    url,
    seen,
    async refresh(refreshToken) {
      secret(refreshToken)
      const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
      const response = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body })
      const { error } = JSON.parse(await response.text())
      return { status: response.status, error: typeof error === 'string' ? error : undefined }
    },
  }
}

/** A page of its own, what it complained of, and where it went beyond this machine. */
export async function loginPage(
  t: Ending,
  browser: Browser,
): Promise<{ page: Page; errors: string[]; foreign: string[] }> {
  const page = await newPage(t, browser)
  const errors: string[] = []
  const foreign: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  // The pages of oidc-provider ask for a font on the web.
  await page.route(
    ({ hostname }) => hostname !== '127.0.0.1' && hostname !== 'localhost',
    (route) => {
      foreign.push(route.request().url())
      return route.abort()
    },
  )
  return { page, errors, foreign }
}

/** `/v1/users/me` as curl and as PHP see it. */
export async function whoTheyAre(sidecarUrl: string): Promise<{ curl: string; php: string }> {
  const curl = await run('curl', ['-sS', '--noproxy', '*', `${sidecarUrl}/v1/users/me`])
  const php = await run('php', ['-r', 'echo file_get_contents($argv[1] . "/v1/users/me");', sidecarUrl])
  return { curl: JSON.parse(curl.stdout).username, php: JSON.parse(php.stdout).username }
}
