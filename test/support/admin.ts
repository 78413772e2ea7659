import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Config } from '../../src/settings/config.ts'
import type { SidecarOptions } from '../../src/sidecar/sidecar.ts'
import { type Answer, ask, type Question } from './ask.ts'
import { type Ending, listenOnFreePort, startTestSidecar, type TestSidecar } from './sidecar.ts'

export type Administered = TestSidecar & { adminPort: number; adminUrl: string }

/** A sidecar with an admin listener on a free port. */
export async function startAdministered(
  t: Ending,
  baseUrl: string,
  overrides: Partial<Config> = {},
  options: Omit<SidecarOptions, 'files'> = {},
): Promise<Administered> {
  const adminListen: Config['adminListen'] = [{ kind: 'localhost', port: 0 }]
  const sidecar = await startTestSidecar(t, baseUrl, { adminListen, ...overrides }, options)
  const adminUrl = sidecar.adminAddresses[0] ?? ''
  return { ...sidecar, adminUrl, adminPort: Number(adminUrl.split(':').at(-1)) }
}

/** Asks the admin listener with exactly these bytes. */
export function askAdmin({ adminPort }: Administered, question: Question): Promise<Answer> {
  return ask({ port: adminPort }, { host: `localhost:${adminPort}`, ...question })
}

/** What a probe says: status and sentence. */
export async function probe({ adminUrl }: Administered, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${adminUrl}${path}`)
  return { status: response.status, text: (await response.text()).trim() }
}

/** An operator's button. */
export function press({ adminUrl }: Administered, path: string): Promise<Response> {
  return fetch(`${adminUrl}${path}`, { method: 'POST', headers: { 'X-Catapa-Sidecar': '1' } })
}

const trueNow = performance.now

/** Ten seconds that nobody waits for: after them a token may be asked for by hand again (design/promises 5.3). */
export function tenSecondsLater(t: Ending): void {
  const now = performance.now
  performance.now = () => now.call(performance) + 10_000
  t.after(() => {
    performance.now = trueNow
  })
}

export type Catapa = {
  url: string
  /** How the token endpoint answers now: with a token, with a refusal, with a 503, or not at all. */
  token: 'issue' | 'refuse' | 'fail' | 'hang'
  lifetimeSeconds: number
  /** How the API answers now; 0: not at all. */
  status: number
  /** The pause that it asks for with it, in seconds; 0: none. */
  retryAfter: number
  tokenRequests: number
  /** What is not answered, of both. */
  held: ServerResponse[]
  /** Paths of API requests. */
  paths: string[]
  /** Values of `Authorization` that came. */
  tokens: string[]
}

/** A CATAPA whose token endpoint and API a test can break and mend. */
export async function startCatapa(t: Ending, given: Partial<Catapa> = {}): Promise<Catapa> {
  const catapa: Catapa = {
    url: '',
    token: 'issue',
    lifetimeSeconds: 3600,
    status: 200,
    retryAfter: 0,
    tokenRequests: 0,
    held: [],
    paths: [],
    tokens: [],
    ...given,
  }
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/oauth/token') answerTokenRequest(catapa, response)
    else answerApiRequest(catapa, request, response)
  })
  catapa.url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  return catapa
}

function answerTokenRequest(catapa: Catapa, response: ServerResponse): void {
  catapa.tokenRequests += 1
  response.setHeader('Content-Type', 'application/json')
  if (catapa.token === 'refuse') response.writeHead(401).end('{"error":"invalid_client"}')
  if (catapa.token === 'fail') response.writeHead(503).end('{}')
  if (catapa.token === 'hang') catapa.held.push(response)
  if (catapa.token !== 'issue') return
  const token = `issued-token-${catapa.tokenRequests}-never-shown`
  response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: catapa.lifetimeSeconds }))
}

function answerApiRequest(catapa: Catapa, request: IncomingMessage, response: ServerResponse): void {
  catapa.paths.push(request.url ?? '')
  catapa.tokens.push(request.headers.authorization ?? '')
  if (catapa.status === 0) catapa.held.push(response)
  else {
    if (catapa.retryAfter > 0) response.setHeader('Retry-After', catapa.retryAfter)
    response.writeHead(catapa.status, { 'Content-Type': 'application/json' }).end('{}')
  }
}
