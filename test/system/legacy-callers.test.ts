// design/promises 3.10 and 3.12, design/field 24: programs that nobody will change, as bytes on the wire.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { raw, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { ask, dial, eventually, ok, sleep, startRawUpstream } from '../support/wire.ts'

test('an HTTP/1.0 caller without keep-alive is closed as soon as the body ends', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('{"a":1}'))
  const { port } = await startTestSidecar(t, upstream.url)
  for (const head of ['GET /x HTTP/1.0\r\n\r\n', 'GET /x HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n\r\n']) {
    const { how, text, afterMs } = await ask(port, head)
    assert.equal(how, 'end')
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n\{"a":1\}$/)
    assert.doesNotMatch(text, /transfer-encoding/i)
    assert.ok(afterMs < 3000, `${afterMs} ms`)
  }
  assert.equal(upstream.received.length, 2)
})

test('an HTTP/1.0 caller gets a chunked answer of CATAPA without chunks, ended by the close', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  for (const wish of ['', 'Connection: keep-alive\r\n']) {
    const { how, text, afterMs } = await ask(port, `GET /x HTTP/1.0\r\n${wish}\r\n`)
    assert.equal(how, 'end')
    assert.match(text, /\r\n\r\nabcde$/)
    assert.ok(afterMs < 3000, `${afterMs} ms`)
  }
})

test('an HTTP/1.0 caller that asks for keep-alive may send a second request', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.setHeader('content-length', 2).end('ok'))
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n')
  assert.match(await caller.until(/ok$/), /Connection: keep-alive\r\n/)
  caller.send('GET /2 HTTP/1.0\r\n\r\n')
  assert.equal((await caller.closed).how, 'end')
  assert.deepEqual(
    upstream.received.map(({ url }) => url),
    ['/1', '/2'],
  )
})

test('a Connection: close caller is closed within half a second, whatever CATAPA says about its own connection', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write(ok('ok', 'Connection: keep-alive\r\nKeep-Alive: timeout=60\r\n')),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  for (const value of ['close', 'Close', 'TE, close', 'close, foo']) {
    const { how, text, afterMs } = await ask(port, `GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: ${value}\r\n\r\n`)
    assert.equal(how, 'end')
    assert.match(text, /Connection: close\r\n\r\nok$/)
    assert.doesNotMatch(text, /keep-alive/i)
    assert.ok(afterMs < 3000, `${value}: ${afterMs} ms`)
  }
})

test('Keep-Alive, Proxy-Connection, TE, and an offer of h2c are dropped, not errors', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const headers = [
    'Keep-Alive: 300',
    'Proxy-Connection: keep-alive',
    'TE: trailers, deflate',
    'Upgrade: h2c',
    'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings',
  ]
  for (const header of headers) {
    const caller = dial(port)
    caller.send(`GET /x HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`)
    assert.match(await caller.until(/\{\}/), /^HTTP\/1\.1 200 /, header)
    caller.send('GET /second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    assert.match((await caller.closed).text, /\{\}[\s\S]*HTTP\/1\.1 200 /, `a second request after ${header}`)
  }
  assert.equal(upstream.received.length, 2 * headers.length)
  for (const { headers: seen } of upstream.received) {
    for (const name of ['keep-alive', 'proxy-connection', 'te', 'upgrade', 'http2-settings'])
      assert.equal(seen[name], undefined, name)
  }
})

test('a POST with an offer of h2c keeps its body', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const answer = await raw(
    port,
    'POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\nContent-Length: 3\r\n\r\nabc',
  )
  assert.match(answer, /^HTTP\/1\.1 200 /)
  assert.equal(upstream.received[0]?.body.toString(), 'abc')
})

test('Expect: 100-continue is answered 100 and dropped; other expectations are dropped', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n')
  await caller.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
  caller.send('abc')
  assert.match(await caller.until(/\{\}$/), /100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  caller.socket.destroy()
  for (const value of ['100-Continue', '200-ok', 'x', '"']) {
    const answer = await raw(
      port,
      `POST /y HTTP/1.1\r\nHost: localhost\r\nExpect: ${value}\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc`,
    )
    assert.match(answer, /HTTP\/1\.1 200 /, value)
  }
  assert.ok(upstream.received.every(({ headers, body }) => headers.expect === undefined && body.toString() === 'abc'))
})

test('an absolute-form target of the sidecar itself is forwarded as path and query', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  await raw(port, `GET http://localhost:${port}/a/b?c=%2F HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  assert.equal(upstream.received[0]?.url, '/a/b?c=%2F')
  const foreign = await raw(port, 'GET http://evil.example/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  assert.match(foreign, /X-Catapa-Sidecar-Error: host_not_allowed/i)
})

test('pipelined requests are answered in order, and two writes never overlap at CATAPA', async (t) => {
  let atOnce = 0
  let most = 0
  const upstream = await startUpstream(t, ({ url }, response) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    setTimeout(
      () => {
        atOnce -= 1
        response.end(`answer to ${url}`)
      },
      60 - 10 * Number(url.slice(1)),
    )
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const requests = [1, 2, 3, 4, 5].map((i) => {
    const close = i === 5 ? 'Connection: close\r\n' : ''
    return `POST /${i} HTTP/1.1\r\nHost: localhost\r\n${close}Content-Length: 4\r\n\r\nbod${i}`
  })
  const { text } = await ask(port, requests.join(''))
  assert.deepEqual(
    text.match(/answer to \/\d/g),
    [1, 2, 3, 4, 5].map((i) => `answer to /${i}`),
  )
  assert.deepEqual(
    upstream.received.map(({ body }) => body.toString()),
    ['bod1', 'bod2', 'bod3', 'bod4', 'bod5'],
  )
  assert.equal(most, 1)
})

test('what is pipelined behind a Connection: close request is not carried out', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  await ask(
    port,
    'POST /1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\naPOST /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nb',
  )
  await sleep(100)
  assert.deepEqual(
    upstream.received.map(({ url }) => url),
    ['/1'],
  )
})

test('a flood of pipelined requests is bounded, and what was taken is answered', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => setTimeout(() => response.end('fine'), 5))
  const { port } = await startTestSidecar(t, upstream.url)
  const { text, how } = await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5000))
  assert.equal(how, 'end')
  assert.equal(text.match(/HTTP\/1\.1 200 /g)?.length, 101)
  assert.match(text, /fine[\s\S]*HTTP\/1\.1 503 [\s\S]*X-Catapa-Sidecar-Error: overloaded\r\n/i)
})

test('a slow sender, byte by byte, is waited for in head and body', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 3000 })
  const caller = dial(port)
  caller.socket.setNoDelay(true)
  for (const byte of 'POST /x HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde') {
    caller.send(byte)
    await sleep(byte >= 'a' && byte <= 'e' ? 700 : 5)
  }
  assert.match((await caller.closed).text, /^HTTP\/1\.1 200 /)
  assert.equal(upstream.received[0]?.body.toString(), 'abcde')
})

test('a caller that half-closes its connection counts as gone', async (t) => {
  let aborted = 0
  let reached = 0
  const upstream = await startUpstream(t, undefined, (_request, response) => {
    reached += 1
    response.on('close', () => {
      aborted += 1
    })
  })
  const { port, inFlight } = await startTestSidecar(t, upstream.url)
  const answer = await raw(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n', { halfClose: true })
  assert.equal(answer, '')
  await eventually(() => inFlight() === 0, 'it has gone')
  const before = [aborted, reached] as const
  const whileWorking = dial(port)
  whileWorking.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => reached > before[1], 'the request is at CATAPA')
  whileWorking.socket.end()
  await whileWorking.closed
  await eventually(() => aborted > before[0], 'the request to CATAPA is aborted')
})

test('an idle connection is kept and announced for 125 s', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.match(await caller.until(/\{\}/), /Connection: keep-alive\r\nKeep-Alive: timeout=125\r\n/)
  caller.socket.destroy()
})

test('blank lines before a request and after a POST are skipped, as old programs send them', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const { text } = await ask(
    port,
    '\r\nPOST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\na\r\nPOST /2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nb\r\n',
  )
  assert.equal(text.match(/HTTP\/1\.1 200 /g)?.length, 2)
  assert.equal(upstream.received.length, 2)
})
