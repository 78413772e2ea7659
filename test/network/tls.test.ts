// design/libraries 1 and 30: whoever is not trusted sees no request at all, token endpoint and API alike.
import assert from 'node:assert/strict'
import type { IncomingMessage, Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Certificate, makeCertificate } from '../support/certificate.ts'
import { demoCredentials, listenOnFreePort, runCli, startTestSidecar } from '../support/sidecar.ts'
import { ask, dial, eventually, problemIn, startRawUpstream } from '../support/wire.ts'

const issuer = 'Invented Company TLS Inspection'
const good = makeCertificate({ cn: 'localhost', issuerCn: issuer, hosts: ['localhost', '127.0.0.1'] })
const selfSigned = makeCertificate({ cn: 'Self Made', hosts: ['localhost', '127.0.0.1'] })
const hostile = makeCertificate({ cn: 'localhost', issuerCn: 'Evil \u009b31m\u202eCA', hosts: ['localhost'] })
const otherName = makeCertificate({ cn: 'other.example', issuerCn: issuer, hosts: ['other.example'] })
const expired = makeCertificate({ cn: 'localhost', issuerCn: issuer, hosts: ['localhost', '127.0.0.1'], expired: true })

const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

/** A CATAPA behind TLS, which counts what it is told. */
async function startTls(t: TestContext, { key, cert }: Certificate, options: ServerOptions = {}) {
  const seen: IncomingMessage[] = []
  const server = createTlsServer({ key, cert, ...options }, (request, response) => {
    seen.push(request)
    if (request.url !== '/oauth/token') response.end('safe')
    else response.end(JSON.stringify({ access_token: 'token-1', token_type: 'bearer', expires_in: 3600 }))
  })
  server.on('tlsClientError', () => {})
  const port = await listenOnFreePort(t, server as unknown as Server)
  return { port, seen, url: `https://localhost:${port}` }
}

async function listenOnTcp(t: TestContext, server: TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

for (const [name, certificate, trusted, says] of [
  ['a self-signed certificate', selfSigned, undefined, /self-signed \(issued by Self Made\)/],
  ['a certificate of an unknown CA', good, undefined, /issued by Invented Company TLS Inspection/],
  [
    'a certificate whose issuer would move the cursor or turn the writing',
    hostile,
    undefined,
    /issued by Evil \?31m\?CA/,
  ],
  ['a certificate for another name', otherName, otherName.ca, /another name/],
  ['an expired certificate', expired, expired.ca, /expired/],
] as const) {
  test(`${name}: CATAPA's impostor sees no request, and the detail says why`, async (t) => {
    const impostor = await startTls(t, certificate)
    const tokens = await startRawUpstream(t, () => {})
    const { port } = await startTestSidecar(t, impostor.url, {
      tokenUrl: new URL(`${tokens.url}/oauth/token`),
      extraCa: trusted,
    })
    for (const request of [get, get.replace('GET', 'POST')]) {
      const { text } = await ask(port, request)
      assert.match(text, /^HTTP\/1\.1 502 [\s\S]*^proxy-status: catapa-sidecar; error=tls_certificate_error\r\n/im)
      const { code, reached, detail } = problemIn(text)
      assert.deepEqual([code, reached], ['upstream_tls_untrusted', 'no'])
      assert.match(detail, says)
      assert.match(detail, /CATAPA_CA_FILE/)
    }
    assert.equal(impostor.seen.length, 0)
  })

  test(`${name}: the token endpoint's impostor sees no secret`, async (t) => {
    const impostor = await startTls(t, certificate)
    const upstream = await startRawUpstream(t, () => {})
    const { port } = await startTestSidecar(t, upstream.url, {
      tokenUrl: new URL('/oauth/token', impostor.url),
      extraCa: trusted,
      tokenWaitMs: 200,
    })
    const { code, detail } = problemIn((await ask(port, get)).text)
    assert.equal(code, 'token_unavailable')
    assert.match(detail, says)
    assert.equal(impostor.seen.length, 0)
    assert.equal(upstream.heard.length, 0)
  })
}

test('CATAPA_CA_FILE makes its CA trusted, for the API and for the token endpoint', async (t) => {
  const upstream = await startTls(t, good)
  const { port } = await startTestSidecar(t, upstream.url, { extraCa: good.ca })
  assert.match((await ask(port, get)).text, /safe/)
  assert.deepEqual(
    upstream.seen.map(({ url }) => url),
    ['/oauth/token', '/x'],
  )
})

test('an address instead of a name is verified too', async (t) => {
  const upstream = await startTls(t, good)
  const { port } = await startTestSidecar(t, `https://127.0.0.1:${upstream.port}`, { extraCa: good.ca })
  assert.match((await ask(port, get)).text, /safe/)
})

test('an untrusted certificate costs one connection a request: nothing is repeated', async (t) => {
  let connections = 0
  const upstream = await startTls(t, selfSigned, {})
  const tokens = await startRawUpstream(t, () => {})
  const counting = createTcpServer((socket) => {
    connections += 1
    const behind = dial(upstream.port).socket
    socket.on('error', () => behind.destroy())
    behind.on('error', () => socket.destroy())
    socket.pipe(behind).pipe(socket)
  })
  const sidecar = await startTestSidecar(t, `https://localhost:${await listenOnTcp(t, counting)}`, {
    tokenUrl: new URL(`${tokens.url}/oauth/token`),
  })
  await ask(sidecar.port, get)
  assert.equal(connections, 1)
})

test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing: no request, no secret', async (t) => {
  const impostor = await startTls(t, selfSigned)
  const cli = runCli(t, ['start'], {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: impostor.url,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_TOKEN_WAIT: '0.5',
    SIDECAR_LOG_FORMAT: 'json',
  })
  const listening = /"address":"http:\/\/127\.0\.0\.1:(\d+)/
  const port = Number(listening.exec(await cli.until(listening))?.[1])
  assert.match((await ask(port, get)).text, /token_unavailable[\s\S]*not trusted/)
  assert.equal(impostor.seen.length, 0)
})

test('TLS 1.1 is refused, as a connection that could not be agreed on', async (t) => {
  const old = await startTls(t, good, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
  const tokens = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, old.url, {
    tokenUrl: new URL(`${tokens.url}/oauth/token`),
    extraCa: good.ca,
  })
  const { text } = await ask(port, get)
  assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_unreachable', 'no'])
  assert.match(text, /error=tls_protocol_error/)
  assert.equal(old.seen.length, 0)
})

for (const [name, onConnection, proxyError] of [
  [
    'resets in the handshake',
    (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
    /connection_terminated/,
  ],
  ['closes in the handshake', (socket: Socket) => socket.once('data', () => socket.end()), /connection_terminated/],
  ['speaks no TLS', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /tls_protocol_error/],
] as const) {
  test(`a peer that ${name} is upstream_unreachable, not reached`, async (t) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {})
      onConnection(socket)
    })
    const port = await listenOnTcp(t, server)
    const tokens = await startRawUpstream(t, () => {})
    const sidecar = await startTestSidecar(t, `https://localhost:${port}`, {
      tokenUrl: new URL(`${tokens.url}/oauth/token`),
    })
    const { text } = await ask(sidecar.port, get.replace('GET', 'POST'))
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_unreachable', 'no'])
    assert.match(text, proxyError)
  })
}

test('a name that does not resolve and a port that refuses are upstream_unreachable, each with its reason', async (t) => {
  const tokens = await startRawUpstream(t, () => {})
  const closed = createTcpServer()
  const closedPort = await listenOnTcp(t, closed)
  await new Promise((resolve) => closed.close(resolve))
  for (const [url, error, because] of [
    ['https://catapa.invalid', 'dns_error', /name could not be looked up/],
    [`https://localhost:${closedPort}`, 'connection_refused', /refused the connection/],
    [`http://127.0.0.1:${closedPort}`, 'connection_refused', /refused the connection/],
  ] as const) {
    const { port, log } = await startTestSidecar(t, url, { tokenUrl: new URL(`${tokens.url}/oauth/token`) })
    const { text } = await ask(port, get)
    const { code, reached, detail } = problemIn(text)
    assert.deepEqual([code, reached], ['upstream_unreachable', 'no'], url)
    await eventually(() => log.some(({ msg }) => msg === 'request'), 'its line')
    const { hostname, port: given } = new URL(url)
    const told = String(log.find(({ msg }) => msg === 'request')?.detail)
    assert.ok(told.startsWith(`CATAPA (${hostname}:${given || 443}) could not be reached: `), told)
    assert.match(text, new RegExp(`proxy-status: catapa-sidecar; error=${error}\r\n`, 'i'))
    assert.match(detail, because)
    assert.doesNotMatch(detail, /127\.0\.0\.1|localhost|invalid/, 'no internal address')
  }
})
