// Whose fault an error is, where its code alone does not tell: in /api/status, and the same on the status page.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inWords } from '../../src/problems/explain.ts'
import type { Config } from '../../src/settings/config.ts'
import { type Administered, press, startAdministered, startCatapa } from '../support/admin.ts'
import { makeCertificate } from '../support/certificate.ts'
import { loginWith, stateFolder, store } from '../support/login.ts'
import { without } from '../support/programs.ts'
import {
  demoCredentials,
  type Ending,
  json,
  listenOnFreePort,
  runCli,
  startTestSandbox,
  startTestSidecar,
} from '../support/sidecar.ts'
import { dial, eventually, sleep } from '../support/wire.ts'

/** What is said of the last failed token request. */
function said({ tokens }: Administered): string {
  const { failure } = tokens.state()
  return failure === undefined ? '' : inWords(failure, 'operator')
}

type Blamed = { whose: string; remedy: string }

/** A server that answers token requests and calls alike. */
async function startServer(t: Ending, answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listenOnFreePort(t, createServer(answer))}`
}

function startImpatient(t: Ending, baseUrl: string, overrides: Partial<Config> = {}): Promise<Administered> {
  return startAdministered(t, baseUrl, { tokenWaitMs: 300, ...overrides })
}

function statusOf({ adminUrl }: Administered) {
  return json(fetch(`${adminUrl}/api/status`))
}

const parties: Record<string, string> = {
  configuration: 'the configuration',
  machine: 'this machine',
  network: 'the network between here and CATAPA',
  catapa: 'CATAPA',
}

/** The blame of the last error of a code, after a look at what the page says of it. */
async function blamed(sidecar: Administered, code: string): Promise<Blamed> {
  const error = (await statusOf(sidecar)).errors.find((shown: { code: string }) => shown.code === code)
  assert.ok(error, code)
  const page = (await (await fetch(sidecar.adminUrl)).text()).replace(/\s+/g, ' ')
  assert.ok(page.includes(` Most likely cause: ${parties[error.whose]}. What to do: ${error.remedy} `), page)
  return error
}

/** The blame of a token request that failed: as the state of the token, and as what then happened to a call. */
async function blamedForToken(
  sidecar: Administered,
  code = 'token_unavailable',
): Promise<Blamed & { headline: string }> {
  await eventually(() => sidecar.tokens.state().failure !== undefined, 'a failed token request')
  assert.equal((await fetch(`${sidecar.url}/x`)).headers.get('x-catapa-sidecar-error'), code)
  const { failure } = (await statusOf(sidecar)).token
  const { whose, remedy } = await blamed(sidecar, code)
  assert.deepEqual({ code: failure.code, whose: failure.whose, remedy: failure.remedy }, { code, whose, remedy })
  const [headline = ''] = (await (await fetch(sidecar.adminUrl)).text()).split('Access token')
  return { whose, remedy, headline: headline.replace(/\s+/g, ' ') }
}

for (const status of [429, 408, 500, 503]) {
  test(`a token endpoint that answers ${status} is CATAPA's trouble, and is waited for`, async (t) => {
    const url = await startServer(t, (_request, response) => response.writeHead(status).end('{}'))
    const { whose, remedy, headline } = await blamedForToken(await startImpatient(t, url))
    assert.equal(whose, 'catapa')
    assert.match(remedy, /^Wait: .* keeps trying.*ask CATAPA/)
    assert.match(headline, new RegExp(`answered with status ${status}\\. What to do: Wait`))
  })
}

for (const [what, status, body] of [
  ['redirects', 302, ''],
  ['has nothing to say', 204, ''],
  ['is a web page', 200, '<!doctype html><title>Log in</title>'],
  ['is another API', 200, '{"status":"UP"}'],
] as const) {
  test(`a token endpoint that ${what} is the configuration's: CATAPA_TOKEN_URL`, async (t) => {
    const url = await startServer(t, (_request, response) =>
      response.writeHead(status, status === 302 ? { Location: '/login' } : {}).end(body),
    )
    const { whose, remedy } = await blamedForToken(await startImpatient(t, url))
    assert.equal(whose, 'configuration')
    assert.match(remedy, /CATAPA_TOKEN_URL.*CATAPA_BASE_URL/)
  })
}

for (const [what, flawed] of [
  ['a lifetime that is no number', { expires_in: 'soon' }],
  ['a type that is not Bearer', { token_type: 'mac' }],
  ['a value that cannot be sent', { access_token: 'ä' }],
] as const) {
  test(`a token with ${what} is CATAPA's fault, since a token endpoint did answer`, async (t) => {
    const token = { access_token: 'malformed-4711', token_type: 'bearer', expires_in: 3600, ...flawed }
    const url = await startServer(t, (_request, response) => response.end(JSON.stringify(token)))
    const { whose, remedy, headline } = await blamedForToken(await startImpatient(t, url))
    assert.equal(whose, 'catapa')
    assert.match(remedy, /^Wait/)
    assert.match(headline, /is no token: its [^.]*\. What to do: Wait/)
  })
}

test("a token that has expired on the way is CATAPA's fault", async (t) => {
  const url = await startServer(t, async (_request, response) => {
    await sleep(100)
    response.end('{"access_token":"late-4711","expires_in":0.05}')
  })
  const sidecar = await startImpatient(t, url)
  const { whose } = await blamedForToken(sidecar)
  assert.match(said(sidecar), /expired while it was being fetched/)
  assert.equal(whose, 'catapa')
})

test("a token that is handed back although it has expired is CATAPA's fault", async (t) => {
  // On a busy machine the first ones may expire on the way.
  let obtained = () => false
  const url = await startServer(t, (_request, response) =>
    response.end(`{"access_token":"stale-4711","expires_in":${obtained() ? 0 : 0.5}}`),
  )
  const sidecar = await startImpatient(t, url)
  const { state } = sidecar.tokens
  obtained = () => state().obtainedAt !== undefined
  await eventually(() => obtained() && !state().valid, 'a token that has expired', 30_000)
  await press(sidecar, '/api/token/refresh')
  const { whose } = await blamedForToken(sidecar)
  assert.match(said(sidecar), /handed back the token that has expired/)
  assert.equal(whose, 'catapa')
})

test('a token endpoint that is another sidecar is named with both settings, not with the secret', async (t) => {
  const { url } = await startTestSandbox(t)
  const other = await startTestSidecar(t, url)
  const { whose, remedy, headline } = await blamedForToken(await startImpatient(t, other.url), 'credentials_rejected')
  assert.equal(whose, 'configuration')
  assert.match(remedy, /^Set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA/)
  assert.doesNotMatch(headline, /secret/)
})

test('a placeholder token is that of another sidecar too', async (t) => {
  const url = await startServer(t, (_request, response) =>
    response.setHeader('X-Catapa-Sidecar-Placeholder', '1').end('{"access_token":"catapa-sidecar"}'),
  )
  const { remedy } = await blamedForToken(await startImpatient(t, url), 'credentials_rejected')
  assert.match(remedy, /^Set CATAPA_BASE_URL and CATAPA_TOKEN_URL to CATAPA/)
})

for (const [what, status, body, expected] of [
  ['an unknown client', 401, '{"error":"invalid_client"}', /^Check CATAPA_CLIENT_SECRET first, then CATAPA_CLIENT_ID/],
  ['a scope', 400, '{"error":"invalid_scope"}', /^Check CATAPA_SCOPE;/],
  ['a path that is not there', 404, '{}', /^Check CATAPA_TOKEN_URL\./],
] as const) {
  test(`a refusal of ${what} is the configuration's, and says which setting to look at`, async (t) => {
    const url = await startServer(t, (_request, response) => response.writeHead(status).end(body))
    const { whose, remedy } = await blamedForToken(await startImpatient(t, url), 'credentials_rejected')
    assert.equal(whose, 'configuration')
    assert.match(remedy, expected)
  })
}

test('a token endpoint that cannot be reached is still the network', async (t) => {
  const { whose, remedy } = await blamedForToken(await startImpatient(t, 'http://127.0.0.1:1'))
  assert.equal(whose, 'network')
  assert.match(remedy, /^Check the network/)
})

test('a token endpoint whose certificate is not trusted is the network, and the remedy is CATAPA_CA_FILE', async (t) => {
  const { key, cert } = makeCertificate({ cn: 'Self Made', hosts: ['127.0.0.1'] })
  const port = await listenOnFreePort(t, createTlsServer({ key, cert }))
  const { whose, remedy, headline } = await blamedForToken(await startImpatient(t, `https://127.0.0.1:${port}`))
  assert.equal(whose, 'network')
  assert.match(remedy, /CATAPA_CA_FILE/)
  assert.match(headline, /is not trusted: [^.]*self-signed[^.]*\. What to do: If /)
})

test('a login that cannot be stored is the fault of this machine, and the remedy names the folder', async (t) => {
  const { url } = await startCatapa(t)
  const stateDir = stateFolder(t)
  await store(stateDir, loginWith(url, 'any-refresh-token-4711'))
  mkdirSync(join(stateDir, 'login.lock.2')) // Stands for a disk that takes nothing; root writes past any mode.
  const sidecar = await startImpatient(t, url, { grant: 'authorization_code', stateDir })
  const { whose, remedy, headline } = await blamedForToken(sidecar)
  assert.equal(whose, 'machine')
  assert.ok(remedy.includes(stateDir), remedy)
  assert.match(headline, /cannot be stored in \S+: \w+\. What to do: Give /)
})

test("a 401 to a token that was replaced meanwhile is CATAPA's, and the request may be sent again", async (t) => {
  let issued = 0
  let refuse: (() => void) | undefined
  const url = await startServer(t, (request, response) => {
    request.resume()
    if (request.url === '/oauth/token') response.end(`{"access_token":"token-${++issued}-4711"}`)
    else refuse = () => response.writeHead(401).end()
  })
  const sidecar = await startImpatient(t, url)
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const late = fetch(`${sidecar.url}/x`, { method: 'POST', body: 'abc' })
  await eventually(() => refuse !== undefined, 'the request at CATAPA')
  await press(sidecar, '/api/token/refresh')
  refuse?.()
  assert.equal((await late).headers.get('x-catapa-sidecar-error'), 'token_unavailable')
  const { whose, remedy } = await blamed(sidecar, 'token_unavailable')
  assert.equal(whose, 'catapa')
  assert.match(remedy, /^Send it again/)
})

/** Takes connections and never says a word, so that no TLS handshake ends. */
async function startMute(t: TestContext): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => sockets.add(socket.on('error', () => {})))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : address}`
}

for (const [what, overrides] of [
  ['to CATAPA', (mute: string) => ({ baseUrl: new URL(`https://${mute}`) })],
  [
    'through a proxy',
    (mute: string) => ({
      baseUrl: new URL('https://api.example'),
      proxy: { base: new URL(`http://${mute}`), token: undefined },
    }),
  ],
] as const) {
  test(`a connection ${what} that does not come about in time is the network: firewall, HTTPS_PROXY`, async (t) => {
    const { url } = await startCatapa(t)
    const tokenUrl = new URL('/oauth/token', url)
    const sidecar = await startImpatient(t, url, {
      connectTimeoutMs: 1500,
      ...overrides(await startMute(t)),
      tokenUrl,
    })
    await eventually(() => sidecar.tokens.state().valid, 'a token')
    assert.equal((await fetch(`${sidecar.url}/x`)).status, 504)
    const { whose, remedy } = await blamed(sidecar, 'upstream_timeout')
    assert.equal(whose, 'network')
    assert.match(remedy, /firewall and HTTPS_PROXY/)
    assert.deepEqual((await statusOf(sidecar)).upstream.lastFailure.remedy, remedy)
  })
}

test('an answer that does not come in time is still CATAPA, not the network', async (t) => {
  const catapa = await startCatapa(t, { status: 0 })
  const sidecar = await startImpatient(t, catapa.url, { responseTimeoutMs: 200 })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  assert.equal((await fetch(`${sidecar.url}/x`)).status, 504)
  assert.equal((await blamed(sidecar, 'upstream_timeout')).whose, 'catapa')
})

for (const [way, settings] of [
  ['to CATAPA', {}],
  ['to a proxy', { CATAPA_BASE_URL: 'https://api.example', HTTPS_PROXY: 'http://127.0.0.1:1' }],
] as const) {
  test(`a machine that has no file handle for a connection ${way} is told as that, with ulimit -n`, {
    skip: without('util-linux'),
  }, async (t) => {
    const url = await startServer(t, (_request, response) =>
      response.setHeader('Connection', 'close').end('{"access_token":"token-4711"}'),
    )
    const command = runCli(t, ['start'], {
      CATAPA_TENANT: demoCredentials.tenant,
      CATAPA_CLIENT_ID: demoCredentials.clientId,
      CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
      CATAPA_BASE_URL: url,
      CATAPA_TOKEN_URL: `${url}/oauth/token`,
      SIDECAR_LISTEN: '127.0.0.1:0',
      SIDECAR_ADMIN_LISTEN: '127.0.0.1:0',
      ...settings,
    })
    await command.until(/access token obtained/)
    const log = await command.until(/admin listener/)
    const [caller, admin] = [...log.matchAll(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/g)].map(([, port]) =>
      dial(Number(port)),
    )
    assert.ok(caller && admin)
    t.after(() => [caller, admin].map(({ socket }) => socket.destroy()))
    const request = (line: string) => `${line} HTTP/1.1\r\nHost: localhost\r\nX-Catapa-Sidecar: 1\r\n\r\n`
    caller.send(request('GET /?tenant=other')) // Answered without a connection to CATAPA.
    admin.send(request('GET /livez'))
    await Promise.all([caller.until(/policy_denied/), admin.until(/ok\n$/)])
    assert.equal(spawnSync('prlimit', ['--pid', String(command.child.pid), '--nofile=3:3']).status, 0)
    caller.send(request('GET /x'))
    assert.match(await caller.until(/upstream_unreachable/), /this machine is out of file handles/)
    admin.send(request('POST /api/token/refresh'))
    await admin.until(/"code":"token_unavailable"/)
    admin.send(request('GET /api/status'))
    const [status = ''] = /\{"at":.*$/s.exec(await admin.until(/"settings":\[.*\]\}$/s)) ?? []
    const { errors, token, upstream } = JSON.parse(status)
    const call = errors.find(({ code }: { code: string }) => code === 'upstream_unreachable')
    for (const { whose, remedy } of [call, token.failure]) {
      assert.equal(whose, 'machine')
      assert.match(remedy, /Too many files are open: raise "ulimit -n"/)
    }
    assert.equal(upstream.lastFailure.remedy, call.remedy)
  })
}
