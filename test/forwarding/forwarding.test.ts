// design/promises 3.5 and 3.10: what crosses arrives as it was sent.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { listenOnFreePort, raw, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { ask, dial, eventually, ok, problemIn, sha256, sleep, startRawUpstream } from '../support/wire.ts'

const MB = 1024 * 1024
const noise = randomBytes(MB)

/** Sends a body piece by piece, as fast as it is taken. */
function upload(port: number, headers: Record<string, string | number>, count: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(
      { port, method: 'PUT', path: '/core/v1/files', headers, agent: false },
      async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve(text)
      },
    )
    sending.on('error', reject)
    const more = (left: number): void => {
      if (left === 0) sending.end()
      else if (sending.write(noise)) setImmediate(more, left - 1)
      else sending.once('drain', () => more(left - 1))
    }
    more(count)
  })
}

test('a PUT of 10 MB, with a length and chunked, arrives whole in both directions', async (t) => {
  const upstream = await startUpstream(t, undefined, (incoming, response) => {
    const hash = createHash('sha256')
    incoming.on('data', (chunk) => hash.update(chunk))
    incoming.on('end', () => response.end(`${hash.digest('hex')} ${incoming.headers['transfer-encoding'] ?? 'length'}`))
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const hash = createHash('sha256')
  for (let i = 0; i < 10; i++) hash.update(noise)
  const expected = hash.digest('hex')
  assert.equal(await upload(port, { 'content-length': 10 * MB }, 10), `${expected} length`)
  assert.equal(await upload(port, { 'transfer-encoding': 'chunked' }, 10), `${expected} chunked`)
})

test('a download of 20 MB arrives whole, with a length and chunked', async (t) => {
  const upstream = await startUpstream(t, undefined, async ({ url }, response) => {
    if (url === '/length') response.setHeader('content-length', 20 * MB)
    for (let i = 0; i < 20; i++)
      if (!response.write(noise)) await new Promise((drained) => response.once('drain', drained))
    response.end()
  })
  const { url } = await startTestSidecar(t, upstream.url)
  const expected = createHash('sha256')
  for (let i = 0; i < 20; i++) expected.update(noise)
  const digest = expected.digest('hex')
  for (const path of ['/length', '/chunked']) {
    const response = await fetch(url + path)
    const hash = createHash('sha256')
    for await (const chunk of response.body ?? []) hash.update(chunk)
    assert.equal(hash.digest('hex'), digest, path)
  }
})

test('a multipart upload of 3 MB arrives byte for byte', async (t) => {
  const upstream = await startUpstream(t)
  const { url } = await startTestSidecar(t, upstream.url)
  const part = Buffer.concat([noise, noise, noise])
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'),
    part,
    Buffer.from('\r\n--b--\r\n'),
  ])
  await fetch(`${url}/core/v1/companies`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body,
  })
  assert.equal(sha256(upstream.received[0]?.body ?? ''), sha256(body))
  assert.equal(upstream.received[0]?.headers['content-type'], 'multipart/form-data; boundary=b')
})

test('the first piece of a body reaches CATAPA before the last is sent, and so back', async (t) => {
  const steps: string[] = []
  const upstream = await startUpstream(t, undefined, (incoming, response) => {
    response.write('hello ')
    incoming.on('data', (chunk) => {
      steps.push(`upstream got ${chunk}`)
      response.write(`echo ${chunk} `)
    })
    incoming.on('end', () => response.end('bye'))
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n')
  await caller.until(/echo one/)
  steps.push('caller goes on')
  caller.send('3\r\ntwo\r\n')
  await caller.until(/echo two/)
  caller.send('0\r\n\r\n')
  const { text } = await caller.closed // The answer began before the request had ended, hence Connection: close.
  assert.match(text, /bye/)
  assert.deepEqual(steps, ['upstream got one', 'caller goes on', 'upstream got two'])
})

test('the head of an answer is passed on at once, though its body comes later', async (t) => {
  let goOn = () => {}
  const upstream = await startUpstream(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 4 })
    response.flushHeaders()
    goOn = () => response.end('late')
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await caller.until(/\r\n\r\n$/)
  goOn()
  await caller.until(/late$/)
  caller.socket.destroy()
})

test('compressed bodies pass untouched, in both directions', async (t) => {
  const gzip = gzipSync('payroll'.repeat(1000))
  const brotli = brotliCompressSync('payroll'.repeat(1000))
  const upstream = await startUpstream(t, ({ url }, response) => {
    const [coding, body] = url === '/gzip' ? ['gzip', gzip] : ['br', brotli]
    response.setHeader('content-encoding', coding).end(body)
  })
  const { port } = await startTestSidecar(t, upstream.url)
  for (const [path, body] of [
    ['/gzip', gzip],
    ['/br', brotli],
  ] as const) {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: ${gzip.length}\r\n\r\n`
    const { text } = await ask(port, Buffer.concat([Buffer.from(head), gzip]))
    assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), body.toString('latin1'))
    assert.match(text, path === '/gzip' ? /content-encoding: gzip/i : /content-encoding: br/i)
  }
  assert.equal(upstream.received[0]?.headers['accept-encoding'], 'gzip, br')
  assert.deepEqual(upstream.received[0]?.body, gzip)
})

test('Range, 206, 304 and conditional headers cross', async (t) => {
  const upstream = await startUpstream(t, ({ headers }, response) => {
    if (headers['if-none-match'] === '"a"') response.writeHead(304, { etag: '"a"' }).end()
    else response.writeHead(206, { 'content-range': 'bytes 2-4/10', 'content-length': 3 }).end('cde')
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const part = await raw(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\nRange: bytes=2-4\r\nConnection: close\r\n\r\n')
  assert.match(part, /^HTTP\/1\.1 206 [\s\S]*content-range: bytes 2-4\/10[\s\S]*\r\n\r\ncde$/i)
  assert.equal(upstream.received[0]?.headers.range, 'bytes=2-4')
  const same = await raw(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "a"\r\nConnection: close\r\n\r\n')
  assert.match(same, /^HTTP\/1\.1 304 [\s\S]*etag: "a"[\s\S]*\r\n\r\n$/i)
})

test('answers without a body keep their framing, and the connection goes on after them', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    const path = head.split(' ')[1]
    if (path === '/length') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')
    else if (path === '/none') socket.write('HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n')
    else if (path === '/204') socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    else if (path === '/304') socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n')
    else socket.write(ok('', 'X-Empty: 1\r\n'))
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  for (const [line, expected] of [
    ['HEAD /length', /200 OK\r\n[\s\S]*Content-Length: 1234\r\n[\s\S]*\r\n\r\n$/],
    ['HEAD /none', /200 OK\r\n[\s\S]*X-A: b\r\n[\s\S]*\r\n\r\n$/],
    ['DELETE /204', /204 No Content\r\n[\s\S]*\r\n\r\n$/],
    ['GET /304', /304 Not Modified\r\n[\s\S]*Content-Length: 99\r\n[\s\S]*\r\n\r\n$/],
    ['POST /empty', /200 OK\r\nX-Empty: 1\r\n[\s\S]*\r\n\r\n$/],
  ] as const) {
    const before = caller.text().length
    caller.send(`${line} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await eventually(() => expected.test(caller.text().slice(before)), `${line}: ${caller.text().slice(before)}`)
    if (line === 'HEAD /none') assert.doesNotMatch(caller.text().slice(before), /content-length/i)
  }
  caller.socket.destroy()
})

test('request bodies are framed as the caller meant, whatever the method', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const send = (text: string) => raw(port, text.replace('\r\n', '\r\nHost: localhost\r\nConnection: close\r\n'))
  await send('DELETE /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')
  await send('GET /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')
  await send('GET /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')
  await send('POST /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n')
  await send('POST /e HTTP/1.1\r\n\r\n')
  await send('PROPFIND /f HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')
  await send('OPTIONS /g HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')
  await send('PATCH /h HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: dropped\r\n\r\n')
  const seen = upstream.received.map(({ method, url, body, headers }) => [
    method,
    url,
    body.toString(),
    headers['content-length'] ?? headers['transfer-encoding'],
  ])
  assert.deepEqual(seen, [
    ['DELETE', '/a', 'abc', '3'],
    ['GET', '/b', 'abc', '3'],
    ['GET', '/c', 'abc', '3'], // It had ended before the connection came about, so that its length was known.
    ['POST', '/d', '', '0'],
    ['POST', '/e', '', '0'],
    ['PROPFIND', '/f', 'abc', '3'],
    ['OPTIONS', '/g', 'abc', '3'],
    ['PATCH', '/h', '', '0'],
  ])
  assert.ok(upstream.received.every(({ headers }) => headers['x-trailer'] === undefined))
})

test('Latin-1 header bytes and repeated headers cross unchanged and in order, both ways', async (t) => {
  const disposition = 'attachment; filename="Gehälter März.pdf"'
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write(
      Buffer.from(
        ok(
          'x',
          `Link: <1>\r\nX-Other: o\r\nLink: <2>\r\nContent-Disposition: ${disposition}\r\nWarning: a\r\nWarning: b\r\n`,
        ),
        'latin1',
      ),
    ),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  const { text } = await ask(
    port,
    Buffer.from(
      'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Name: Jörg\r\nX-A: 1\r\nX-B: 2\r\nX-A: 3\r\n\r\n',
      'latin1',
    ),
  )
  assert.match(
    text,
    /Link: <1>\r\nX-Other: o\r\nLink: <2>\r\nContent-Disposition: attachment; filename="Gehälter März\.pdf"\r\nWarning: a\r\nWarning: b\r\n/,
  )
  assert.match(upstream.heard[0]?.head ?? '', /X-Name: Jörg\r\nX-A: 1\r\nX-B: 2\r\nX-A: 3\r\n/)
})

test('a Latin-1 head whose body comes later is not rewritten as UTF-8', async (t) => {
  const upstream = await startRawUpstream(t, async ({ socket }) => {
    socket.write(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Name: ä\r\n\r\n', 'latin1'))
    await sleep(50)
    socket.write('x')
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const { text } = await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  assert.match(text, /X-Name: ä\r\n/)
})

test('interim answers, reason phrases and trailers are not passed on', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write(
      Buffer.from(
        'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 Alles übel\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: secret\r\n\r\n',
        'latin1',
      ),
    ),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const text = await caller.until(/0\r\n\r\n$/)
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
  assert.doesNotMatch(text, /HTTP\/1\.1 10|Link|Trailer|X-T|übel/)
  caller.socket.destroy()
})

test('a 100 that nobody asked for counts as a lost answer: undici ends the connection before anybody can pass over it', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  )
  const { port } = await startTestSidecar(t, upstream.url)
  const { text } = await ask(
    port,
    'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx',
  )
  assert.match(text, /^HTTP\/1\.1 502 /)
  assert.match(text, /"code":"upstream_closed"[\s\S]*"reached":"maybe"/)
})

test('a request head of nearly 64 KiB crosses; a larger one is headers_too_large', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url)
  const target = `/x?query=${'i'.repeat(30_000)}`
  const value = 'v'.repeat(30_000)
  const fits = await raw(
    port,
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Big: ${value}\r\nConnection: close\r\n\r\n`,
  )
  assert.match(fits, /^HTTP\/1\.1 200 /)
  assert.equal(upstream.received[0]?.url, target)
  assert.equal(upstream.received[0]?.headers['x-big'], value)
  const { text, how } = await ask(port, `GET /x HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'v'.repeat(66_000)}\r\n\r\n`)
  assert.match(text, /^HTTP\/1\.1 431 [\s\S]*X-Catapa-Sidecar-Error: headers_too_large\r\n/i)
  assert.equal(how, 'end')
  const many = await raw(
    port,
    `GET /x HTTP/1.1\r\nHost: localhost\r\n${'X: 1\r\n'.repeat(1001)}Connection: close\r\n\r\n`,
  )
  assert.match(many, /^HTTP\/1\.1 431 [\s\S]*X-Catapa-Sidecar-Error: headers_too_large\r\n/i)
  assert.equal(upstream.received.length, 1)
})

test('an answer with a head of 60 KiB passes; over 64 KiB it is upstream_closed', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    const size = head.startsWith('GET /fits') ? 60_000 : 70_000
    socket.write(ok('ok', `X-Big: ${'v'.repeat(size)}\r\n`))
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const fits = await raw(port, 'GET /fits HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  assert.match(fits, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/)
  const over = await raw(port, 'GET /over HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const { code, reached, detail } = problemIn(over)
  assert.deepEqual([code, reached], ['upstream_closed', 'maybe'])
  assert.match(detail, /64 KiB/)
  assert.equal(upstream.heard.length, 2, 'and is not asked for twice')
})

test('300 mixed requests at once each get their own answer', async (t) => {
  const server = createServer(async (incoming, response) => {
    if (incoming.url === '/oauth/token') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: 'token-1', token_type: 'bearer', expires_in: 3600 }))
      return
    }
    const hash = createHash('sha256')
    for await (const chunk of incoming) hash.update(chunk)
    setTimeout(() => response.end(`${incoming.method} ${incoming.url} ${hash.digest('hex')}`), Math.random() * 30)
  })
  const upstreamPort = await listenOnFreePort(t, server)
  const { url } = await startTestSidecar(t, `http://127.0.0.1:${upstreamPort}`)
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const method = ['GET', 'POST', 'PUT', 'DELETE'][i % 4] ?? 'GET'
      const body = method === 'GET' ? undefined : noise.subarray(0, (i * 997) % 100_000)
      const response = await fetch(`${url}/item/${i}`, { method, ...(body && { body }) })
      assert.equal(await response.text(), `${method} /item/${i} ${sha256(body ?? '')}`)
    }),
  )
})
