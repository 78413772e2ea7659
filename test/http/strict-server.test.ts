// Issue 4 item 5: a request that two parsers could read differently reaches CATAPA exactly as meant, or not at all.
// Judged by what the upstream received, byte by byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import proxyPlugin from '@fastify/http-proxy'
import Fastify from 'fastify'
import { runsOverTls } from '../support/over-tls.ts'
import { startTestSidecar } from '../support/sidecar.ts'
import {
  ask,
  type Dial,
  dial,
  eventually,
  type Heard,
  ok,
  patienceMs,
  problemIn,
  sleep,
  startRawUpstream,
} from '../support/wire.ts'

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'
const post = (headers: string, body = '') => `POST /x HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`
const get = (headers: string, line = 'GET /x HTTP/1.1') => `${line}\r\nHost: localhost\r\n${headers}\r\n`

/** What must come of it: refused with a code, or the one request, with this body. */
type Expected = { refused: string | RegExp } | { body: string; orRefused?: true }
const refused = (code: string | RegExp = 'bad_request'): Expected => ({ refused: code })
const passes = (body = ''): Expected => ({ body })
/** Parsers of one Node version mend it, those of another refuse it. */
const either = (): Expected => ({ body: '', orRefused: true })

const corpus: [name: string, bytes: string, expected: Expected][] = [
  // Two lengths
  [
    'Content-Length and Transfer-Encoding',
    post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${smuggled}`),
    refused(),
  ],
  [
    'Transfer-Encoding and Content-Length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', `0\r\n\r\n${smuggled}`),
    refused(),
  ],
  ['two different Content-Lengths', post('Content-Length: 3\r\nContent-Length: 50\r\n', `abc${smuggled}`), refused()],
  ['two equal Content-Lengths', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), refused()],
  ['Content-Length as a list', post('Content-Length: 3, 3\r\n', 'abc'), refused()],
  ['Content-Length with plus', post('Content-Length: +3\r\n', 'abc'), refused()],
  ['Content-Length negative', post('Content-Length: -3\r\n', 'abc'), refused()],
  ['Content-Length hexadecimal', post('Content-Length: 0x3\r\n', 'abc'), refused()],
  ['Content-Length with a space inside', post('Content-Length: 3 0\r\n', 'abc'), refused()],
  ['Content-Length empty', post('Content-Length:\r\n', ''), refused()],
  ['Content-Length decimal fraction', post('Content-Length: 3.0\r\n', 'abc'), refused()],
  ['Content-Length over 64 bits', post('Content-Length: 18446744073709551619\r\n', 'abc'), refused()],
  ['Content-Length with outer blanks', post('Content-Length:  3  \r\n', 'abc'), passes('abc')],
  ['Content-Length with leading zeros', post('Content-Length: 003\r\n', 'abc'), passes('abc')],
  ['Content-Length with underscore', post('Content_Length: 3\r\n'), passes()],
  // Transfer codings
  ['TE: xchunked', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${smuggled}`), refused()],
  ['TE: chunked, identity', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${smuggled}`), refused()],
  ['TE: identity, chunked', post('Transfer-Encoding: identity, chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'), refused()],
  ['TE: gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'), refused()],
  ['TE: identity', post('Transfer-Encoding: identity\r\n', smuggled), refused()],
  [
    'TE: chunked twice',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'),
    refused(),
  ],
  ['TE: chunked, chunked', post('Transfer-Encoding: chunked, chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'), refused()],
  [
    'TE: chunked and xchunked',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
    refused(),
  ],
  ['TE in odd case', post('tRANSFER-eNCODING: cHUNKED\r\n', '3\r\nabc\r\n0\r\n\r\n'), passes('abc')],
  ['TE after a tab', post('Transfer-Encoding:\tchunked\r\n', '3\r\nabc\r\n0\r\n\r\n'), passes('abc')],
  ['TE with a trailing blank', post('Transfer-Encoding: chunked \r\n', '3\r\nabc\r\n0\r\n\r\n'), passes('abc')],
  ['TE with a vertical tab', post('Transfer-Encoding:\x0bchunked\r\n', `0\r\n\r\n${smuggled}`), refused()],
  ['TE with a space before the colon', post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${smuggled}`), refused()],
  ['TE in quotes', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), refused()],
  ['TE with a parameter', post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'), refused()],
  ['TE on HTTP/1.0', 'POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', refused()],
  // Chunks
  ['chunk size with 0x', post('Transfer-Encoding: chunked\r\n', '0x3\r\nabc\r\n0\r\n\r\n'), refused()],
  ['chunk size negative', post('Transfer-Encoding: chunked\r\n', '-3\r\nabc\r\n0\r\n\r\n'), refused()],
  ['chunk size missing', post('Transfer-Encoding: chunked\r\n', '\r\nabc\r\n0\r\n\r\n'), refused()],
  [
    'chunk size over 64 bits',
    post('Transfer-Encoding: chunked\r\n', '10000000000000003\r\nabc\r\n0\r\n\r\n'),
    refused(),
  ],
  ['chunk longer than stated', post('Transfer-Encoding: chunked\r\n', '2\r\nabc\r\n0\r\n\r\n'), refused()],
  ['chunk ended by a bare LF', post('Transfer-Encoding: chunked\r\n', '3\r\nabc\n0\r\n\r\n'), refused()],
  ['chunk size ended by a bare CR', post('Transfer-Encoding: chunked\r\n', '3\rabc\r\n0\r\n\r\n'), refused()],
  [
    'chunk size in capitals with leading zeros',
    post('Transfer-Encoding: chunked\r\n', '00A\r\n0123456789\r\n0\r\n\r\n'),
    passes('0123456789'),
  ],
  ['chunk extension', post('Transfer-Encoding: chunked\r\n', '3;a=b\r\nabc\r\n0\r\n\r\n'), passes('abc')],
  ['chunk extension with a bare LF', post('Transfer-Encoding: chunked\r\n', '3;a\nb\r\nabc\r\n0\r\n\r\n'), refused()],
  [
    'a Content-Length in the trailers',
    post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n'),
    refused(),
  ],
  [
    'trailers that name a tenant',
    post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nTenant: other\r\nHost: evil\r\n\r\n'),
    passes('abc'),
  ],
  // Lines and names
  ['obs-fold', get('X-A: b\r\n c\r\n'), refused()],
  ['obs-fold on Transfer-Encoding', post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${smuggled}`), refused()],
  ['bare LF after a header', 'GET /x HTTP/1.1\r\nHost: localhost\nX-A: b\r\n\r\n', refused()],
  ['bare LF throughout', 'GET /x HTTP/1.1\nHost: localhost\n\n', refused()],
  ['bare CR in a value', get('X-A: b\rTenant: other\r\n'), refused()],
  ['NUL in a value', get('X-A: b\0c\r\n'), refused()],
  ['NUL in a name', get('X\0A: b\r\n'), refused()],
  ['control character in a value', get('X-A: b\x01c\r\n'), refused()],
  ['DEL in a value', get('X-A: b\x7fc\r\n'), refused()],
  ['space before the colon', get('X-A : b\r\n'), refused()],
  ['space in a name', get('X A: b\r\n'), refused()],
  ['leading space before the first header', 'GET /x HTTP/1.1\r\n Host: localhost\r\n\r\n', refused()],
  ['empty header name', get(': b\r\n'), refused()],
  ['header without a colon', get('X-A\r\n'), refused()],
  ['colon only in the value of nothing', get('(X): b\r\n'), refused()],
  // Host
  ['two Hosts', 'GET /x HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', refused()],
  ['two equal Hosts', 'GET /x HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\n\r\n', refused()],
  ['no Host', 'GET /x HTTP/1.1\r\n\r\n', refused()],
  ['Host with a path', 'GET /x HTTP/1.1\r\nHost: localhost/evil\r\n\r\n', refused('host_not_allowed')],
  ['Host with a user', 'GET /x HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n', refused('host_not_allowed')],
  // Request lines
  ['HTTP/0.9', 'GET /x\r\n\r\n', refused()],
  ['HTTP/0.9 spelt out', get('', 'GET /x HTTP/0.9'), refused()],
  ['HTTP/1.2', get('', 'GET /x HTTP/1.2'), refused()],
  ['HTTP/2.0', get('', 'GET /x HTTP/2.0'), refused()],
  ['HTTP/11', get('', 'GET /x HTTP/11'), refused()],
  ['HTTP/1.1 in lower case', get('', 'GET /x http/1.1'), refused()],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', refused()],
  ['lower-case method', get('', 'get /x HTTP/1.1'), refused()],
  ['unknown method', get('', 'FROB /x HTTP/1.1'), refused()],
  ['a method of 10,000 letters', get('', `${'A'.repeat(10_000)} /x HTTP/1.1`), refused()],
  ['two spaces in the request line', get('', 'GET  /x HTTP/1.1'), either()],
  ['a tab in the request line', get('', 'GET\t/x HTTP/1.1'), refused()],
  ['a space in the target', get('', 'GET /x y HTTP/1.1'), refused()],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', refused('method_not_allowed')],
  ['a WebSocket upgrade', get('Connection: Upgrade\r\nUpgrade: websocket\r\n'), refused('method_not_allowed')],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', refused()],
  ['a head over 64 KiB', get(`X-A: ${'a'.repeat(70_000)}\r\n`), refused('headers_too_large')],
  ['a target over 64 KiB', get('', `GET /${'a'.repeat(70_000)} HTTP/1.1`), refused('headers_too_large')],
  // Injection and hop-by-hop tricks
  ['CRLF in a request id, escaped', get('X-Request-Id: a%0d%0aTenant: other\r\n'), passes()],
  ['a request id with a Latin-1 byte', get('X-Request-Id: \xe9\r\n'), passes()],
  [
    'content-length named in Connection',
    post('Connection: content-length\r\nContent-Length: 3\r\n', 'abc'),
    passes('abc'),
  ],
  ['host named in Connection', get('Connection: host\r\n'), passes()],
  [
    'transfer-encoding named in Connection',
    post('Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'),
    passes('abc'),
  ],
  ['tenant and authorization named in Connection', get('Connection: tenant, authorization\r\n'), passes()],
  ['X-HTTP-Method-Override is CATAPA’s business', get('X-HTTP-Method-Override: DELETE\r\n'), passes()],
  ['an Expect with a body', post('Expect: 100-continue\r\nContent-Length: 3\r\n', 'abc'), passes('abc')],
  [
    'a body on a GET that looks like a request',
    get(`Content-Length: ${smuggled.length}\r\n`) + smuggled,
    passes(smuggled),
  ],
]

/** Well-formed requests that are refused for what they ask: the connection may go on. */
const parsed = new Set<string | RegExp>(['host_not_allowed', 'method_not_allowed'])

/** The one thing that a request may become at CATAPA. */
function assertIntended({ head, body }: Heard, expected: string, name: string): void {
  const lines = head.split('\r\n')
  assert.match(lines[0] ?? '', /^(GET|POST) \/x HTTP\/1\.1$/, name)
  const named = (wanted: string) => lines.filter((line) => line.toLowerCase().startsWith(`${wanted}:`))
  assert.equal(named('host').length, 1, name)
  assert.deepEqual(named('tenant'), ['Tenant: demo'], name)
  assert.deepEqual(named('authorization'), ['Authorization: Bearer token-1'], name)
  assert.equal(named('x-request-id').length, 1, name)
  assert.equal(
    named('content-length').length + named('transfer-encoding').length,
    expected === '' && head.startsWith('GET') ? 0 : 1,
    name,
  )
  const content =
    named('transfer-encoding').length === 1
      ? body.toString('latin1').replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')
      : body.toString('latin1')
  assert.equal(content, expected, name)
}

test(`a corpus of ${corpus.length} malformed and smuggling requests: each arrives as meant, or not at all`, async (t) => {
  assert.ok(corpus.length >= 60)
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const { port } = await startTestSidecar(t, upstream.url)
  for (const [name, bytes, expected] of corpus) {
    const before = upstream.heard.length
    const caller = dial(port)
    caller.send(bytes)
    if ('refused' in expected) {
      if (!parsed.has(expected.refused)) await closing(caller, name)
      const text = await caller.until(/\r\n\r\n\{.*\}$/)
      caller.socket.destroy()
      assert.match(
        text,
        new RegExp(`^HTTP/1\\.1 [45]\\d\\d [\\s\\S]*X-Catapa-Sidecar-Error: ${expected.refused}\\r\\n`, 'i'),
        name,
      )
      assert.match(text, /^proxy-status: catapa-sidecar; error=\w+\r\n/im, name)
      assert.equal(text.match(/HTTP\/1\.1 \d/g)?.length, 1, `one answer to ${name}`)
      await sleep(2)
      assert.equal(upstream.heard.length, before, `${name} reached CATAPA`)
    } else {
      if (expected.orRefused && /^HTTP\/1\.1 400 /.test(await caller.until(/\r\n\r\n/))) continue
      await caller.until(/HTTP\/1\.1 200 [\s\S]*ok$/).catch((error) => assert.fail(`${name}: ${error}`))
      caller.socket.destroy()
      await sleep(2)
      assert.equal(upstream.heard.length, before + 1, name)
      const heard = upstream.heard.at(-1)
      if (heard !== undefined) assertIntended(heard, expected.body, name)
    }
  }
})

function closing(caller: Dial, what: string) {
  let timer: NodeJS.Timeout
  const hanging = new Promise<never>((_resolve, reject) => {
    const tell = () => reject(new Error(`${what}: still open, with ${JSON.stringify(caller.text().slice(0, 300))}`))
    timer = setTimeout(tell, patienceMs)
  })
  return Promise.race([caller.closed, hanging]).finally(() => clearTimeout(timer))
}

test('the control: a stock Fastify with http-proxy passes on some of the same corpus', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const app = Fastify()
  await app.register(proxyPlugin, { upstream: upstream.url })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  const port = Number(new URL(address).port)
  const failing: string[] = []
  for (const [name, bytes, expected] of corpus) {
    if (!('refused' in expected)) continue
    const before = upstream.heard.length
    const caller = dial(port)
    caller.send(bytes)
    await Promise.race([caller.closed, caller.until(/\r\n\r\n/, 300).catch(() => {})])
    if (name === 'two Hosts') await eventually(() => upstream.heard.length > before, 'two Hosts are passed on')
    await sleep(5)
    caller.socket.destroy()
    if (upstream.heard.length > before) failing.push(name)
  }
  assert.ok(failing.length >= 1, 'the corpus finds something')
  assert.ok(failing.includes('two Hosts'), failing.join(', '))
})

test('a refusal never lands in a running answer or before one that is owed (design/libraries 24)', async (t) => {
  const upstream = await startRawUpstream(t, async ({ socket }) => {
    await sleep(100)
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234')
    await sleep(100)
    socket.write('56789')
  })
  const { port } = await startTestSidecar(t, upstream.url)
  for (const [garbage, delayMs] of [
    ['garbage\r\n\r\n', 0],
    ['garbage\r\n\r\n', 150],
    [get(`X-A: ${'a'.repeat(70_000)}\r\n`), 0],
    ['CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 50],
    ['GET /y HTTP/1.1\r\n\r\n', 150],
  ] as const) {
    const before = upstream.heard.length
    const caller = dial(port)
    caller.send(post('Content-Length: 3\r\n', 'abc'))
    await sleep(delayMs)
    caller.send(garbage)
    const { text, how } = await closing(caller, garbage.slice(0, 30))
    assert.match(
      text,
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*?\r\n\r\n0123456789HTTP\/1\.1 4\d\d [\s\S]*X-Catapa-Sidecar-Error: /i,
    )
    assert.equal(how, 'end')
    assert.equal(upstream.heard.length, before + 1, 'the POST went once, and nothing else')
  }
})

test('a bad chunk in the middle of a streamed body ends the request to CATAPA, and is bad_request', async (t) => {
  let left = 0
  const upstream = await startRawUpstream(
    t,
    ({ socket }) =>
      socket.once('close', () => {
        left += 1
      }),
    { early: true },
  )
  const { port } = await startTestSidecar(t, upstream.url)
  for (const bad of ['zz\r\nabc\r\n', '3\r\nabcdef\r\n']) {
    const before = left
    const caller = dial(port)
    caller.send(post('Transfer-Encoding: chunked\r\n', '5\r\nfirst\r\n'))
    await eventually(() => upstream.heard.length === before + 1, 'the beginning arrives')
    caller.send(bad)
    const { text, how } = await closing(caller, bad)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['bad_request', 'maybe'])
    assert.equal(how, 'end')
    await eventually(() => left === before + 1, 'CATAPA sees the cut')
    assert.ok(!upstream.heard.some(({ body }) => body.length > 0), 'no body was completed')
  }
})

test('a bad chunk in a request that still waits its turn is refused in its turn', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => setTimeout(() => socket.write(ok('first')), 100))
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send(get('') + post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\nzz\r\n'))
  const { text } = await closing(caller, 'the second request')
  assert.match(text, /^HTTP\/1\.1 200 [\s\S]*firstHTTP\/1\.1 400 [\s\S]*bad_request/i)
  assert.equal(text.match(/HTTP\/1\.1 \d/g)?.length, 2)
  assert.equal(upstream.heard.length, 1)
})

/** Answers that are none, with what the sidecar must make of them. */
const badAnswers: [name: string, bytes: string][] = [
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
  ['HTTP/0.9', '<html>hello</html>'],
  ['two Content-Lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
  [
    'Content-Length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
  ],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab'],
  ['a coding that nobody asked for', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n'],
  ['a coding without chunks', 'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: gzip\r\n\r\nab'],
  ['a header with NUL', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n'],
  ['a bare CR in a header', 'HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 0\r\n\r\n'],
  ['a space before the colon', 'HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 0\r\n\r\n'],
  ['status 099', 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n'],
  ['status 1000', 'HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n'],
  ['status 20', 'HTTP/1.1 20 Short\r\nContent-Length: 0\r\n\r\n'],
  ['101 without being asked', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['101 with an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['a bad chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n'],
]

test('an answer with bad framing is upstream_closed to the blind, never passed on, and never asked for again', async (t) => {
  let answer = ''
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(answer))
  const { port } = await startTestSidecar(t, upstream.url, { responseTimeoutMs: 20_000 })
  for (const [name, bytes] of badAnswers) {
    answer = bytes
    const before = upstream.heard.length
    const { text } = await ask(port, get('Connection: close\r\n'))
    assert.match(text, /^HTTP\/1\.1 502 /, `${name}: ${text.slice(0, 100)}`)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_closed', 'maybe'], name)
    assert.equal(upstream.heard.length, before + 1, name)
  }
})

test('status 999 and a strange reason are passed on; the status is CATAPA’s', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 999 \x80\r\nContent-Length: 1\r\n\r\nx'),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  assert.match((await ask(port, get('Connection: close\r\n'))).text, /^HTTP\/1\.1 999 [ -~]*\r\n[\s\S]*x$/)
})

test('what CATAPA sends after an answer never becomes the answer to another request', async (t) => {
  let count = 0
  const upstream = await startRawUpstream(t, ({ socket, head }) => {
    count += 1
    socket.write(ok(head.split(' ')[1]) + (count % 2 === 1 ? ok('extra') : 'garbage'))
  })
  const { port } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1 })
  const caller = dial(port)
  for (let i = 0; i < 20; i++) {
    const before = caller.text().length
    caller.send(get('', `GET /${i} HTTP/1.1`))
    await eventually(
      () => caller.text().slice(before).endsWith(`/${i}`),
      `the answer to ${i}: ${caller.text().slice(before)}`,
    )
  }
  assert.doesNotMatch(caller.text(), /extra|garbage/)
  caller.socket.destroy()
})

const connect = 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('a caller that resets its connection after a CONNECT harms nobody', { skip: runsOverTls }, async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('fine')))
  const { port, log } = await startTestSidecar(t, upstream.url)
  const caller = dial(port, { paused: true })
  caller.send(connect)
  await eventually(() => log.some(({ problem }) => problem === 'method_not_allowed'), 'it is refused')
  caller.socket.resetAndDestroy()
  await caller.closed
  assert.match((await ask(port, get('Connection: close\r\n'))).text, /fine$/)
})

test('a CONNECT behind a large answer that is read late comes after the whole of it', async (t) => {
  const bytes = 20_000_000
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('x'.repeat(bytes))))
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send(get(''))
  caller.socket.pause()
  await eventually(() => upstream.heard.length === 1, 'the request arrives')
  await sleep(200)
  caller.send(connect)
  await sleep(100)
  caller.socket.resume()
  const { text } = await closing(caller, 'CONNECT behind an answer')
  const [answer = '', refusal = ''] = text.split(/(?<=x)(?=HTTP)/)
  assert.equal(answer.length - answer.indexOf('\r\n\r\n') - 4, bytes)
  assert.match(refusal, /^HTTP\/1\.1 405 /)
})

test('trailers over 64 KiB are refused at once, and CATAPA is left', async (t) => {
  let left = false
  const upstream = await startRawUpstream(
    t,
    ({ socket }) =>
      socket.once('close', () => {
        left = true
      }),
    { early: true },
  )
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send(post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n'))
  await eventually(() => upstream.heard.length === 1, 'the beginning arrives')
  caller.send(`0\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`)
  const { text } = await closing(caller, 'trailers')
  assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['headers_too_large', 'maybe'])
  await eventually(() => left, 'CATAPA sees the cut')
})

test('a time-out of one request does not cut the one that waited behind it', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => setTimeout(() => socket.write(ok('late')), 3000))
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 1000, responseTimeoutMs: 60_000 })
  const token = 'POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=b'
  const { text } = await ask(port, token + post('Content-Length: 3\r\nConnection: close\r\n', 'abc'))
  assert.match(text, /^HTTP\/1\.1 200 [\s\S]*X-Catapa-Sidecar-Placeholder[\s\S]*HTTP\/1\.1 200 [\s\S]*late$/i)
})
