import assert from 'node:assert/strict'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { proxyErrorOf } from '../../../src/problems/causes.ts'
import { inWords } from '../../../src/problems/explain.ts'
import { type Certificate, makeCertificate } from '../../support/certificate.ts'
import { grant, listening, problemOf, scripted, tokenValue } from '../../support/grant.ts'

const sentence = /^The token endpoint could not be reached: .+Check the network, HTTPS_PROXY and CATAPA_TOKEN_URL/

/** How long until the grant gives up. */
async function timed<T>(promise: Promise<T>): Promise<[result: T, ms: number]> {
  const began = performance.now()
  return [await promise, performance.now() - began]
}

test('an endpoint that never answers ends at the time-out', { timeout: 40_000 }, async (t) => {
  const { url, seen } = await scripted(t, () => {})
  const [problem, ms] = await timed(problemOf(grant(t, url, { timeoutMs: 1_000 })))
  assert.deepEqual([problem.code, problem.retryAfterMs], ['token_unavailable', undefined])
  assert.match(problem.detail, /did not answer in time/)
  assert.ok(ms >= 990 && ms < 30_000, `${ms} ms`)
  assert.equal(seen.length, 1)
})

test('an answer whose body stalls ends at the time-out too', { timeout: 40_000 }, async (t) => {
  const { url } = await scripted(t, (response) => response.write(`{"access_token":"${tokenValue}`))
  const [problem, ms] = await timed(problemOf(grant(t, url, { timeoutMs: 1_000 })))
  assert.equal(problem.code, 'token_unavailable')
  assert.match(problem.detail, /did not answer in time/)
  assert.ok(ms >= 990 && ms < 30_000, `${ms} ms`)
})

test('an answer that trickles in does not put the time-out off', { timeout: 40_000 }, async (t) => {
  const { url } = await scripted(t, (response) => {
    const timer = setInterval(() => response.write(' '), 20)
    response.once('close', () => clearInterval(timer))
  })
  const [problem, ms] = await timed(problemOf(grant(t, url, { timeoutMs: 1_000.5 })))
  assert.match(problem.detail, /did not answer in time/)
  assert.ok(ms < 30_000, `${ms} ms`)
})

test('after time-outs the next token request has a connection again', async (t) => {
  let hanging = true
  const { url } = await scripted(t, (response) => {
    if (!hanging) response.end(JSON.stringify({ access_token: tokenValue }))
  })
  const source = grant(t, url)
  const quick = grant(t, url, { timeoutMs: 100 })
  for (let i = 0; i < 5; i++) await problemOf(quick)
  hanging = false
  assert.equal((await source()).value, tokenValue)
})

test('a refused connection', async (t) => {
  const server = createServer()
  const url = await listening(t, server)
  await new Promise((resolve) => server.close(resolve))
  const problem = await problemOf(grant(t, url))
  assert.deepEqual([problem.code, proxyErrorOf(problem.failure)], ['token_unavailable', 'connection_refused'])
  assert.match(problem.detail, sentence)
})

/** Servers that are none. */
const broken: Record<string, (socket: Socket) => void> = {
  'a connection that is reset': (socket) => socket.once('data', () => socket.resetAndDestroy()),
  'a connection that is closed without an answer': (socket) => socket.once('data', () => socket.end()),
  'an answer that is cut': (socket) =>
    socket.once('data', () =>
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"access_token":"${tokenValue}"`),
    ),
  'an answer that is not HTTP': (socket) => socket.once('data', () => socket.end(`SSH-2.0-${tokenValue}\r\n`)),
  'a body in broken chunks': (socket) =>
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz${tokenValue}\r\n`)),
}

for (const [kind, serve] of Object.entries(broken)) {
  test(`${kind} is passing trouble`, async (t) => {
    const url = await listening(
      t,
      createServer((socket) => serve(socket.on('error', () => {}))),
    )
    const problem = await problemOf(grant(t, url))
    assert.equal(problem.code, 'token_unavailable')
    assert.match(problem.detail, sentence)
  })
}

test('a name that DNS does not know', async (t) => {
  const problem = await problemOf(grant(t, new URL('http://no-such-host.invalid/oauth/token')))
  assert.deepEqual([problem.code, proxyErrorOf(problem.failure)], ['token_unavailable', 'dns_error'])
  assert.match(problem.detail, sentence)
  assert.doesNotMatch(problem.detail, /no-such-host/)
  assert.match(
    inWords(problem.failure, 'operator'),
    /^The token endpoint \(no-such-host\.invalid:80\) could not be reached/,
  )
})

/** A TLS server that counts what it is asked: an impostor must not see the secret. */
async function tlsServer(t: TestContext, { key, cert }: Certificate) {
  const seen = { requests: 0 }
  const server = createTlsServer({ key, cert }, (_request, response) => {
    seen.requests += 1
    response.end(JSON.stringify({ access_token: tokenValue }))
  })
  t.after(() => server.closeAllConnections())
  return { url: await listening(t, server, 'https'), seen }
}

const hosts = ['localhost', '127.0.0.1']
const impostors: Record<string, { certificate: Certificate; because: RegExp; trusted?: true }> = {
  'is self-signed': {
    certificate: makeCertificate({ cn: 'Impostor', hosts }),
    because: /self-signed \(issued by Impostor\)/,
  },
  'comes from an unknown CA': {
    certificate: makeCertificate({ cn: 'api', issuerCn: 'Inspecting Proxy', hosts }),
    because: /issued by Inspecting Proxy/,
  },
  'has expired': {
    certificate: makeCertificate({ cn: 'api', issuerCn: 'Known CA', hosts, expired: true }),
    because: /has expired.+issued by Known CA/,
    trusted: true,
  },
  'is for another name': {
    certificate: makeCertificate({ cn: 'other', issuerCn: 'Known CA', hosts: ['other.example'] }),
    because: /another name/,
    trusted: true,
  },
}

for (const [kind, { certificate, because, trusted }] of Object.entries(impostors)) {
  test(`a server whose certificate ${kind} sees no request, and the detail names the reason`, async (t) => {
    const { url, seen } = await tlsServer(t, certificate)
    const problem = await problemOf(grant(t, url, trusted ? { extraCa: certificate.ca } : {}))
    assert.deepEqual([problem.code, proxyErrorOf(problem.failure)], ['token_unavailable', 'tls_certificate_error'])
    assert.match(
      problem.detail,
      /^The certificate of the token endpoint is not trusted: .+ put its CA into CATAPA_CA_FILE/,
    )
    assert.match(problem.detail, because)
    assert.equal(seen.requests, 0)
  })
}

test('a certificate of a CA that CATAPA_CA_FILE names is trusted', async (t) => {
  const certificate = makeCertificate({ cn: 'api', issuerCn: 'Own CA', hosts })
  const { url, seen } = await tlsServer(t, certificate)
  assert.equal((await grant(t, url, { extraCa: certificate.ca })()).value, tokenValue)
  assert.equal(seen.requests, 1)
})
