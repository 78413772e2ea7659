// Issue 4 item 7: the way out through a corporate proxy, for the API and the token endpoint.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeCertificate } from '../support/certificate.ts'
import { listenOnFreePort, secret, startTestSidecar } from '../support/sidecar.ts'
import { ask, eventually, problemIn, startRawUpstream } from '../support/wire.ts'

const company = makeCertificate({
  cn: 'api.example',
  issuerCn: 'Invented CA',
  hosts: ['api.example', 'localhost', '127.0.0.1'],
})
const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const password = 'p@ss:word/4711'
secret(password)
secret(Buffer.from(`user:${password}`).toString('base64'))

type Asked = { target: string; headers: NodeJS.Dict<string | string[]> }

/** A corporate proxy: CONNECT goes to `upstreamPort` whatever is asked for, or `answer` is given instead. */
async function startProxy(t: TestContext, upstreamPort: number, answer?: string, tls = false) {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  const server: Server = tls ? (createTlsServer(company) as unknown as Server) : createServer()
  server.on('connect', (request, socket: Socket) => {
    asked.push({ target: request.url ?? '', headers: request.headers })
    sockets.add(socket)
    socket.on('error', () => {})
    if (answer !== undefined) {
      socket.end(answer)
      return
    }
    const behind = connect(upstreamPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(behind).pipe(socket)
    })
    sockets.add(behind)
    behind.on('error', () => socket.destroy())
  })
  const port = await listenOnFreePort(t, server)
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return {
    port,
    asked,
    url: new URL(`${tls ? 'https' : 'http'}://user:${encodeURIComponent(password)}@127.0.0.1:${port}`),
  }
}

/** CATAPA behind TLS, as raw heads. */
async function startCatapa(t: TestContext) {
  const heads: string[][] = []
  const server = createTlsServer(company, (request, response) => {
    heads.push([`${request.method} ${request.url}`, ...request.rawHeaders])
    if (request.url !== '/oauth/token') response.end('through')
    else response.end(JSON.stringify({ access_token: 'token-1', token_type: 'bearer', expires_in: 3600 }))
  })
  server.on('tlsClientError', () => {})
  return { port: await listenOnFreePort(t, server as unknown as Server), heads }
}

for (const tls of [false, true]) {
  test(`API and token endpoint are reached through an ${tls ? 'https' : 'http'}:// proxy; its password goes to it only`, async (t) => {
    const catapa = await startCatapa(t)
    const proxy = await startProxy(t, catapa.port, undefined, tls)
    const { port, log } = await startTestSidecar(t, 'https://api.example', {
      proxy: { base: proxy.url, token: proxy.url },
      extraCa: company.ca,
    })
    const { text } = await ask(port, get.replace('\r\n\r\n', '\r\nX-A: 1\r\nX-B: 2\r\nX-A: 3\r\n\r\n'))
    assert.match(text, /^HTTP\/1\.1 200 [\s\S]*through/)
    assert.equal(proxy.asked.length, 2)
    for (const { target, headers } of proxy.asked) {
      assert.equal(target, 'api.example:443')
      assert.equal(headers.host, 'api.example:443')
      assert.equal(headers['proxy-authorization'], `Basic ${Buffer.from(`user:${password}`).toString('base64')}`)
      assert.equal(headers.authorization, undefined)
    }
    const head = catapa.heads.at(-1) ?? []
    assert.deepEqual(
      head.filter((_, i) => /^x-[ab]$/i.test(head[i - 1] ?? '')),
      ['1', '2', '3'],
    )
    assert.ok(catapa.heads.flat().every((text) => !/proxy-authorization/i.test(text)))
    const printed = JSON.stringify([log, catapa.heads])
    for (const hidden of [password, encodeURIComponent(password), Buffer.from(`user:${password}`).toString('base64')])
      assert.ok(!printed.includes(hidden))
  })
}

test('a plain http upstream is tunnelled too', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain'),
  )
  const proxy = await startProxy(t, upstream.port)
  const { port } = await startTestSidecar(t, 'http://catapa.example:8080', {
    proxy: { base: proxy.url, token: proxy.url },
  })
  for (let i = 0; i < 3; i++) assert.match((await ask(port, get)).text, /plain$/)
  assert.deepEqual(
    proxy.asked.map(({ target }) => target),
    ['catapa.example:8080', 'catapa.example:8080'],
  )
  assert.equal(upstream.connections(), 1, 'and the tunnel is kept')
})

test('an IPv6 address keeps its brackets in CONNECT', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain'),
  )
  const proxy = await startProxy(t, upstream.port)
  const { port } = await startTestSidecar(t, 'http://[2001:db8::1]:8080', {
    tokenUrl: new URL(`${upstream.url}/oauth/token`),
    proxy: { base: proxy.url, token: undefined },
  })
  assert.match((await ask(port, get)).text, /plain$/)
  assert.deepEqual(
    proxy.asked.map(({ target }) => target),
    ['[2001:db8::1]:8080'],
  )
})

for (const [name, answer, says] of [
  [
    '407 with NTLM only',
    'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n\r\n',
    /NTLM.*not supported/,
  ],
  [
    '407 with Basic behind others',
    'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="corp"\r\n\r\n',
    /user and password/,
  ],
  [
    '407 with Basic',
    'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="corp"\r\n\r\n',
    /user and password/,
  ],
  ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndenied', /refused with status 403/],
  ['502', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', /refused with status 502/],
  ['a bare close', '', /proxy/],
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n', /proxy/],
] as const) {
  test(`a proxy that answers CONNECT with ${name} is upstream_unreachable, and CATAPA was not reached`, async (t) => {
    const tokens = await startRawUpstream(t, () => {})
    const proxy = await startProxy(t, 0, answer)
    const { port, log } = await startTestSidecar(t, 'https://api.example', {
      tokenUrl: new URL(`${tokens.url}/oauth/token`),
      proxy: { base: proxy.url, token: undefined },
    })
    const { code, reached, detail } = problemIn((await ask(port, get)).text)
    assert.deepEqual([code, reached], ['upstream_unreachable', 'no'])
    assert.match(detail, says)
    assert.ok(!JSON.stringify([detail, log]).includes(password))
  })
}

test('a proxy that cannot be reached or is not trusted is named as what failed', async (t) => {
  const tokens = await startRawUpstream(t, () => {})
  const options = { tokenUrl: new URL(`${tokens.url}/oauth/token`) }
  const refusing = await startTestSidecar(t, 'https://api.example', {
    ...options,
    proxy: { base: new URL('http://127.0.0.1:1'), token: undefined },
  })
  const first = problemIn((await ask(refusing.port, get)).text)
  assert.deepEqual([first.code, first.reached], ['upstream_unreachable', 'no'])
  assert.match(first.detail, /outgoing proxy \(HTTPS_PROXY\).*refused the connection/)
  await eventually(() => refusing.log.some(({ msg }) => msg === 'request'), 'its line')
  assert.match(
    String(refusing.log.find(({ msg }) => msg === 'request')?.detail),
    /^CATAPA could not be reached: the outgoing proxy \(HTTPS_PROXY, 127\.0\.0\.1:1\) failed: it refused/,
  )
  const proxy = await startProxy(t, 0, undefined, true)
  const untrusting = await startTestSidecar(t, 'https://api.example', {
    ...options,
    proxy: { base: proxy.url, token: undefined },
  })
  const second = problemIn((await ask(untrusting.port, get)).text)
  assert.match(second.detail, /outgoing proxy.*certificate is not trusted/)
  assert.equal(proxy.asked.length, 0, 'it saw no password')
})
