import assert from 'node:assert/strict'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { ask, assertRefused, parseAnswer } from '../support/ask.ts'
import { startWithCallers, testKey } from '../support/callers.ts'
import { raw, startTestSidecar, startUpstream, type TestSidecar } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const form = 'Content-Type: application/x-www-form-urlencoded'
const credentials = 'grant_type=client_credentials&client_id=made-up-client&client_secret=made-up-secret'
const question = { method: 'POST', target: '/oauth/token', headers: [form], body: credentials }
const placeholder = { access_token: 'catapa-sidecar', token_type: 'Bearer', expires_in: 3600 }

function assertPlaceholder(answer: ReturnType<typeof parseAnswer>, what = ''): void {
  assert.equal(answer.status, 200, `${what} ${answer.body}`)
  assert.deepEqual(JSON.parse(answer.body), placeholder)
  assert.equal(answer.header('x-catapa-sidecar-placeholder'), '1')
  assert.equal(answer.header('content-type'), 'application/json')
  assert.equal(answer.header('cache-control'), 'no-store')
  assert.equal(answer.header('x-catapa-sidecar-error'), undefined)
  assert.ok(answer.header('x-request-id'))
}

/** An upstream whose token requests so far are the sidecar's own. */
async function startWarm(
  ...[t, options]: [Parameters<typeof startUpstream>[0], Parameters<typeof startTestSidecar>[2]?]
) {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url, options)
  assert.equal((await ask(sidecar)).status, 200)
  assert.equal(upstream.tokenRequests, 1)
  return {
    upstream,
    sidecar,
    untouched: () => assert.deepEqual([upstream.tokenRequests, upstream.received.length], [1, 1]),
  }
}

test('a token request of a caller is answered with a placeholder and never leaves', async (t) => {
  const { sidecar, untouched } = await startWarm(t)
  const targets = [
    ...[
      '/oauth/token',
      '/oauth/token?grant_type=client_credentials',
      '/oauth/token?',
      '/o%61uth/t%6Fken',
      '/oauth%2Ftoken',
    ],
    ...['/oauth%2ftoken?x', 'http://localhost/oauth/token', 'http://localhost/%6fauth/token?a'],
  ]
  for (const target of targets) assertPlaceholder(await ask(sidecar, { ...question, target }), target)
  assertPlaceholder(await ask(sidecar, { method: 'POST', target: '/oauth/token' }), 'no body')
  assertPlaceholder(await ask(sidecar, { ...question, headers: ['Content-Type: foo'] }), 'odd type')
  untouched()
})

test('other methods and other paths belong to CATAPA', async (t) => {
  const { upstream, sidecar } = await startWarm(t)
  const targets = [
    '//oauth/token',
    '/oauth/token/',
    '/OAUTH/token',
    '/oauth%252Ftoken',
    '/oauth/token;a',
    '/x/oauth/token',
  ]
  for (const target of targets) {
    const answer = await ask(sidecar, { ...question, target })
    assert.equal(answer.header('x-catapa-sidecar-placeholder'), undefined, target)
    assert.equal(upstream.received.at(-1)?.url, target)
  }
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const before = upstream.tokenRequests
    assert.equal(
      (await ask(sidecar, { method, target: '/oauth/token' })).header('x-catapa-sidecar-placeholder'),
      undefined,
    )
    assert.equal(upstream.tokenRequests, before + 1, method)
  }
})

test("where the token endpoint is not on CATAPA's origin, its path is CATAPA's like any other", async (t) => {
  const accounts = await startUpstream(t)
  const { upstream, sidecar } = await (async () => {
    const api = await startUpstream(t)
    return {
      upstream: api,
      sidecar: await startTestSidecar(t, api.url, { tokenUrl: new URL('/oauth/token', accounts.url) }),
    }
  })()
  const answer = await ask(sidecar, question)
  assert.equal(answer.header('x-catapa-sidecar-placeholder'), undefined)
  assert.equal(upstream.tokenRequests, 1)
  assert.equal(accounts.tokenRequests, 1)
})

test('a token endpoint with another path is recognised by that path', async (t) => {
  const { upstream, sidecar } = await startWarm(t)
  const other = await startTestSidecar(t, upstream.url, { tokenUrl: new URL('/accounts/t%C3%B6ken%20x', upstream.url) })
  assertPlaceholder(await ask(other, { ...question, target: '/accounts/t%C3%B6ken%20x' }))
  assertPlaceholder(await ask(other, { ...question, target: '/%61ccounts/t%C3%B6ken%20%78' }))
  assertPlaceholder(await ask(sidecar, question))
})

test('with SIDECAR_PLACEHOLDER_TOKEN=false a token request is refused, not forwarded', async (t) => {
  const { sidecar, untouched } = await startWarm(t, { placeholderToken: false })
  for (const target of ['/oauth/token', '/oauth%2Ftoken']) {
    const answer = await ask(sidecar, { ...question, target })
    assert.equal(answer.status, 403)
    assert.match(String(assertRefused(answer, 'policy_denied').detail), /SIDECAR_PLACEHOLDER_TOKEN/)
  }
  untouched()
})

test('guards, the loop rule and the tenant rule come before the placeholder', async (t) => {
  const { sidecar, untouched } = await startWarm(t)
  const refused: [code: string, question: Parameters<typeof ask>[1]][] = [
    ['host_not_allowed', { host: 'evil.example' }],
    ['origin_not_allowed', { headers: ['Origin: https://evil.example'] }],
    ['origin_not_allowed', { headers: ['Sec-Fetch-Site: same-site'] }],
    ['loop_detected', { headers: ['Via: 1.1 catapa-sidecar'] }],
    ['policy_denied', { headers: ['Tenant: other'] }],
    ['policy_denied', { target: '/oauth/token?tenant=other' }],
    ['bad_request', { target: '/x/../oauth/token' }],
    ['body_too_large', { headers: ['Content-Length: 999999999'], body: undefined as never }],
  ]
  for (const [code, differs] of refused) assertRefused(await ask(sidecar, { ...question, ...differs }), code, code)
  untouched()
})

test("each caller's first token request is logged, without the credentials in it", async (t) => {
  const { sidecar, upstream } = await startWarm(t)
  const basic = `Authorization: Basic ${Buffer.from('made-up-client:made-up-secret').toString('base64')}`
  const from = (program: string) => ask(sidecar, { ...question, headers: [form, basic, `User-Agent: ${program}`] })
  for (const program of ['python-requests/2.31', 'python-requests/2.31', 'Java/17 (made-up-secret)', 'Java/17'])
    assertPlaceholder(await from(program))
  const lines = sidecar.log.filter(({ msg }) => /asks for a token/.test(String(msg)))
  assert.deepEqual(
    lines.map(({ level, caller, program }) => [level, caller, program]),
    [
      [30, '127.0.0.1', 'python-requests/2.31'],
      [30, '127.0.0.1', 'Java/17'],
    ],
  )
  const everything = JSON.stringify([sidecar.log, upstream.received])
  for (const hidden of ['made-up', basic.slice(-20)]) assert.ok(!everything.includes(hidden))
  assert.ok(everything.includes('python-requests')) // What is there can be found.
})

test('a token request is read to its end before it is answered, and the connection stays open', async (t) => {
  const { sidecar, untouched } = await startWarm(t)
  const socket = connect({ port: sidecar.port, host: '127.0.0.1' })
  t.after(() => socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 100))
  for (let round = 1; round <= 2; round++) {
    socket.write(`POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${credentials.length}\r\n\r\n`)
    await pause()
    socket.write(credentials.slice(0, 10))
    await pause()
    assert.equal(answer, '')
    socket.write(credentials.slice(10))
    while (!answer.endsWith('}')) await pause()
    assertPlaceholder(parseAnswer(answer))
    assert.doesNotMatch(answer, /connection: close/i)
    answer = ''
  }
  untouched()
})

test('HTTP/1.0, keep-alive, pipelining, chunks, 100-continue and a body of 1 MB all get the placeholder', async (t) => {
  const { sidecar, untouched } = await startWarm(t)
  assertPlaceholder(await ask(sidecar, { ...question, version: '1.0', host: undefined }))
  assertPlaceholder(await ask(sidecar, { ...question, body: 'x'.repeat(1024 * 1024) }))
  const one = `POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${credentials.length}\r\n`
  const pipelined = await raw(sidecar.port, `${one}\r\n${credentials}${one}Connection: close\r\n\r\n${credentials}`)
  assert.equal(pipelined.split('"catapa-sidecar"').length, 3)
  const kept = `POST /oauth/token HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx`
  assert.match(await raw(sidecar.port, kept, { until: /\}$/ }), /connection: keep-alive/i)
  const chunked =
    'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
  assertPlaceholder(parseAnswer(await raw(sidecar.port, `${chunked}3\r\nabc\r\n0\r\n\r\n`)))
  const expecting = await raw(sidecar.port, `${one}Expect: 100-continue\r\nConnection: close\r\n\r\n${credentials}`)
  assertPlaceholder(parseAnswer(expecting.replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, '')))
  untouched()
})

test('a token request that never ends, grows too large or turns out not to be HTTP is a problem like any other', async (t) => {
  const { sidecar, untouched } = await startWarm(t, { bodyTimeoutMs: 1000, maxBodyBytes: 1000 })
  const chunked = 'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n'
  assertRefused(parseAnswer(await raw(sidecar.port, `${chunked}3\r\nab`)), 'request_timeout')
  assertRefused(parseAnswer(await raw(sidecar.port, `${chunked}7d0\r\n${'x'.repeat(2000)}\r\n`)), 'body_too_large')
  assertRefused(parseAnswer(await raw(sidecar.port, `${chunked}3\r\nabc\r\nnot hex\r\n`)), 'bad_request')
  untouched()
})

test('of the form of a caller 64 KiB are read, to the byte; a key that comes later is not there', async (t) => {
  const upstream = await startUpstream(t)
  const { key, line } = testKey()
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${line}\n[*]\n`)
  const shows = `client_id=export&client_secret=${key}`
  const asking = async (padding: number) => {
    const answer = await ask(sidecar, { ...question, body: `pad=${'x'.repeat(padding)}&${shows}` })
    return [answer.status, JSON.parse(answer.body).access_token]
  }
  const fits = 64 * 1024 - `pad=&${shows}`.length
  assert.deepEqual(await asking(fits), [200, key])
  assert.deepEqual(await asking(64 * 1024), [200, 'catapa-sidecar'])
  assert.equal((await asking(fits + 1))[0], 403) // A key without its last digit.
})

test('a token request with many client ids and secrets shows nobody', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startWithCallers(t, upstream.url, `[export]\n${testKey().line}\n[*]\n`)
  const body = `${'client_id=a&'.repeat(5000)}${'client_secret=csk_&'.repeat(3000)}`
  assertRefused(await ask(sidecar, { ...question, body }), 'caller_unknown')
})

test('a caller that leaves in the middle of its token request is logged as gone', async (t) => {
  const { sidecar } = await startWarm(t)
  const socket = connect({ port: sidecar.port, host: '127.0.0.1' })
  socket.write('POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc')
  await eventually(() => sidecar.inFlight() === 1, 'it has been accepted')
  socket.destroy()
  const line = await logged(sidecar, ({ path, callerGone }) => path === '/oauth/token' && callerGone === true)
  assert.equal(line.problem, undefined)
  assert.equal(line.caller, '127.0.0.1')
  assert.ok(!sidecar.log.some(({ level }) => Number(level) >= 50))
})

async function logged(sidecar: TestSidecar, is: (line: Record<string, unknown>) => boolean) {
  await eventually(() => sidecar.log.some(is), 'the line in the log')
  return sidecar.log.find(is) ?? assert.fail()
}

test("a program that does OAuth by itself, as CATAPA's Python SDK does, works with made-up credentials", async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('{"content":[]}'))
  const sidecar = await startTestSidecar(t, upstream.url)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const call = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sent = httpRequest({ port: sidecar.port, host: '127.0.0.1', agent, method, path, headers }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode, body: text }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const login = {
    Tenant: 'demo',
    Authorization: `Basic ${Buffer.from('anything:at-all').toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
    Accept: 'application/json',
  }
  for (let round = 0; round < 2; round++) {
    const token = JSON.parse((await call('POST', '/oauth/token', login, 'grant_type=client_credentials')).body)
    assert.equal(token.expires_in, 3600)
    const headers = { Tenant: 'demo', Authorization: `${token.token_type} ${token.access_token}` }
    const employees = await call('GET', '/core/v1/employees?page=0', headers)
    assert.deepEqual([employees.status, employees.body], [200, '{"content":[]}'])
  }
  assert.equal(upstream.tokenRequests, 1)
  assert.deepEqual(
    upstream.received.map(({ headers }) => [headers.authorization, headers.tenant]),
    [
      ['Bearer token-1', 'demo'],
      ['Bearer token-1', 'demo'],
    ],
  )
})
