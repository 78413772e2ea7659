// design/promises 2.9 and 4.9: a 401 renews the token once, and the request is repeated only where that is safe.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { born, onLost, onPlace, onStart } from '../../../src/forwarding/life/life.ts'
import { prospectOf } from '../../../src/forwarding/life/prospect.ts'
import { raw, startTestSidecar, startUpstream } from '../../support/sidecar.ts'
import { ask, dial, eventually, gate, ok, patient, problemIn, sha256, startRawUpstream } from '../../support/wire.ts'

type Respond = Parameters<typeof startUpstream>[1]

/** Accepts every token but the first ones. */
const refuseFirst =
  (refused: string[], body = 'refused'): Respond =>
  ({ headers, url }, response) => {
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    if (!refused.includes(token)) response.setHeader('x-second', '2').end(`fine ${url}`)
    else response.writeHead(401, { 'www-authenticate': 'Bearer', 'x-first': '1' }).end(body)
  }

test('what may be sent a second time: after a 401 by the setting and the body, after a lost connection a GET or HEAD', () => {
  const [none, bytes, stream] = [null, Buffer.from('a'), Readable.from(['a'])]
  const prospect = (method: string, body: Buffer | Readable | null, replay: 'off' | 'safe' | 'buffered' = 'safe') =>
    prospectOf(
      {
        request: Object.assign(new IncomingMessage(new Socket()), { method, httpVersion: '1.1' }),
        body,
        write: undefined,
      },
      { replay },
    )
  const replayed = (['off', 'safe', 'buffered'] as const).map((replay) =>
    [none, bytes, stream].map((body) => prospect('POST', body, replay).replayable),
  )
  assert.deepEqual(replayed, [
    [false, false, false],
    [true, false, false],
    [true, true, false],
  ])
  const token = { value: 'a', tenant: 'demo', sentAt: { mono: 0, wall: 0 }, receivedAtMono: 0, lifetimeMs: 1 }
  const waiting = { ...born, phase: 'waiting', token: undefined, again: undefined, kept: undefined } as const
  const sent = onStart(onPlace(waiting, false), { ...token, lifetimeAssumed: false })
  const repeats = (method: string, body: Buffer | null) =>
    onLost(sent, prospect(method, body), new Error('lost')).phase === 'sent'
  for (const method of ['GET', 'HEAD']) {
    assert.equal(repeats(method, none), true)
    assert.equal(repeats(method, bytes), false)
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) assert.equal(repeats(method, none), false)
})

const head = (line: string, rest = '') => `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}\r\n`

for (const line of ['GET /x', 'HEAD /x', 'DELETE /x', 'POST /x']) {
  test(`a 401 to ${line} without a body renews once, and the request is repeated without a trace of the first answer`, async (t) => {
    const upstream = await startUpstream(t, refuseFirst(['token-1']))
    const { port, log } = await startTestSidecar(t, upstream.url)
    const answer = await raw(port, head(line))
    assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*x-second: 2/)
    assert.doesNotMatch(answer, /x-first|www-authenticate|refused/i)
    assert.equal(upstream.tokenRequests, 2)
    assert.deepEqual(
      upstream.received.map(({ headers }) => headers.authorization),
      ['Bearer token-1', 'Bearer token-2'],
    )
    const ids = upstream.received.map(({ headers }) => headers['x-request-id'])
    assert.equal(ids[0], ids[1])
    await eventually(
      () => log.some((entry) => entry.msg === 'request' && entry.resent === 'refused'),
      'the log says so',
    )
  })
}

test('safe: a POST with a body is not repeated; the 401 passes, and the next request has a new token', async (t) => {
  const upstream = await startUpstream(t, refuseFirst(['token-1'], 'the 401 of CATAPA'))
  const { port } = await startTestSidecar(t, upstream.url)
  const first = await raw(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)
  assert.match(first, /^HTTP\/1\.1 401 [\s\S]*www-authenticate: Bearer[\s\S]*the 401 of CATAPA/i)
  assert.doesNotMatch(first, /X-Catapa-Sidecar-Error/i)
  assert.equal(upstream.received.length, 1)
  const second = await raw(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)
  assert.match(second, /^HTTP\/1\.1 200 /)
})

test('safe: a GET with a body is streamed and so not repeated', async (t) => {
  const upstream = await startUpstream(t, refuseFirst(['token-1']))
  const { port } = await startTestSidecar(t, upstream.url)
  assert.match(await raw(port, `${head('GET /x', 'Content-Length: 3\r\n')}abc`), /^HTTP\/1\.1 401 /)
  assert.equal(upstream.received.length, 1)
})

test('a POST whose 401 comes after a newer token had arrived is told to send again: token_unavailable, not reached', async (t) => {
  const held: (() => void)[] = []
  const upstream = await startUpstream(t, (received, response) => {
    const stale = received.headers.authorization === 'Bearer token-1'
    if (!stale) response.end('fine')
    else if (received.url === '/slow') held.push(() => response.writeHead(401).end('late 401'))
    else response.writeHead(401).end()
  })
  for (const size of [3, 100_000]) {
    const { port } = await startTestSidecar(t, upstream.url, {})
    upstream.tokenRequests = 0
    const slow = raw(port, `${head('POST /slow', `Content-Length: ${size}\r\n`)}${'a'.repeat(size)}`)
    await eventually(() => held.length === 1, 'the POST is at CATAPA')
    assert.match(await raw(port, head('GET /quick')), /^HTTP\/1\.1 200 /)
    held.pop()?.()
    const answer = await slow
    assert.match(answer, /^HTTP\/1\.1 503 [\s\S]*Retry-After: \d/i)
    const { code, reached, detail } = problemIn(answer)
    assert.deepEqual([code, reached], ['token_unavailable', 'no'])
    assert.match(detail, /may be sent again/)
    assert.equal(upstream.tokenRequests, 2)
  }
})

test('a GET is repeated once: a 401 for a newer token that others could use passes', async (t) => {
  const held: (() => void)[] = []
  const tried: unknown[] = []
  const upstream = await startUpstream(t, ({ headers, url }, response) => {
    const stale = headers.authorization === 'Bearer token-1'
    if (url === '/slow') tried.push(headers.authorization)
    if (url === '/slow' && stale) held.push(() => response.writeHead(401).end())
    else response.writeHead(stale || url === '/slow' ? 401 : 200).end()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const slow = raw(port, head('GET /slow'))
  await eventually(() => held.length === 1, 'it is at CATAPA')
  assert.match(await raw(port, head('GET /quick')), /^HTTP\/1\.1 200 /)
  held.pop()?.()
  assert.match(await slow, /^HTTP\/1\.1 401 /)
  assert.deepEqual(tried, ['Bearer token-1', 'Bearer token-2'])
})

test('of two POSTs with a revoked token one gets the 401 of CATAPA; the other, whose token was dropped by then, is told to send again', async (t) => {
  const waiting: (() => void)[] = []
  const upstream = await startUpstream(t, (received, response) => {
    if (received.headers.authorization === 'Bearer token-1') waiting.push(() => response.writeHead(401).end())
    else response.end('fine')
    if (waiting.length === 2) for (const answer of waiting.splice(0)) answer()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const post = () => raw(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)
  const answers = await Promise.all([post(), post()])
  const statuses = answers.map((answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])).sort()
  assert.deepEqual(statuses, [401, 503])
  const told = problemIn(answers.find((answer) => answer.startsWith('HTTP/1.1 503')) ?? '')
  assert.deepEqual([told.code, told.reached], ['token_unavailable', 'no'])
})

test('a stale 401 with a huge body becomes token_unavailable too, before a byte of it has passed', async (t) => {
  const held: (() => void)[] = []
  const upstream = await startUpstream(t, ({ headers, url }, response) => {
    if (headers.authorization !== 'Bearer token-1') response.end('fine')
    else if (url === '/slow') held.push(() => response.writeHead(401).end('x'.repeat(300_000)))
    else response.writeHead(401).end()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const slow = ask(
    port,
    'POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nX-Close: no\r\n\r\na'.replace(
      'X-Close: no',
      'Connection: close',
    ),
  )
  const keepAlive = ask(
    port,
    'POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\naPOST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  )
  await eventually(() => held.length === 2, 'both are at CATAPA')
  await raw(port, head('GET /quick'))
  for (const answer of held) answer()
  for (const { text } of [await slow, await keepAlive]) {
    assert.match(text, /^HTTP\/1\.1 503 [\s\S]*X-Catapa-Sidecar-Error: token_unavailable[\s\S]*"reached":"no"/i)
    assert.doesNotMatch(text, /xxxx/)
  }
})

test('buffered: bodies of at most 64 KiB are repeated byte for byte, with a length and chunked; larger ones never', async (t) => {
  const upstream = await startUpstream(t, ({ body, headers }, response) => {
    if (Number(headers.authorization?.split('-')[1]) % 2 === 1) response.writeHead(401).end()
    else response.end(sha256(body))
  })
  for (const [size, status] of [
    [0, 200],
    [1, 200],
    [65_536, 200],
    [65_537, 401],
    [300_000, 401],
  ] as const) {
    for (const chunked of [false, true]) {
      upstream.tokenRequests = 0
      upstream.received.length = 0
      const { port } = await startTestSidecar(t, upstream.url, { replay: 'buffered' })
      const body = randomBytes(size)
      const framing = chunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${size}\r\n`
      const half = size >> 1
      const piece = (part: Buffer) =>
        part.length === 0 ? [] : [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]
      const sent = chunked
        ? [...piece(body.subarray(0, half)), ...piece(body.subarray(half)), Buffer.from('0\r\n\r\n')]
        : [body]
      const answer = await raw(port, Buffer.concat([Buffer.from(head('PUT /x', framing)), ...sent]))
      const what = `${size} bytes, ${chunked ? 'chunked' : 'with a length'}`
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), what)
      assert.equal(upstream.received.length, status === 200 ? 2 : 1, what)
      for (const { body: received } of upstream.received) assert.equal(sha256(received), sha256(body), what)
    }
  }
})

test('buffered: a caller that falls silent in its body is told request_timeout, and CATAPA hears nothing', async (t) => {
  const upstream = await startUpstream(t)
  const { port } = await startTestSidecar(t, upstream.url, { replay: 'buffered', bodyTimeoutMs: 1000 })
  const { text } = await ask(port, 'PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc')
  const { code, reached } = problemIn(text)
  assert.deepEqual([code, reached], ['request_timeout', 'no'])
  assert.equal(upstream.received.length, 0)
})

test('off: nothing is repeated, the 401 passes, and the token is renewed all the same', async (t) => {
  const upstream = await startUpstream(t, refuseFirst(['token-1']))
  const { port } = await startTestSidecar(t, upstream.url, { replay: 'off' })
  assert.match(await raw(port, head('GET /x')), /^HTTP\/1\.1 401 /)
  assert.match(await raw(port, head('GET /x')), /^HTTP\/1\.1 200 /)
})

test('200 GETs at once with a revoked token cost one token request, and all get a 200', async (t) => {
  const upstream = await startUpstream(t, refuseFirst(['token-1']))
  const { url } = await startTestSidecar(t, upstream.url)
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const response = await fetch(`${url}/item/${i}`)
      assert.equal(await response.text(), `fine /item/${i}`)
      return response.status
    }),
  )
  assert.deepEqual([...new Set(statuses)], [200])
  assert.equal(upstream.tokenRequests, 2)
})

test('a CATAPA that answers 401 to everything costs at most three token requests, and its 401 passes', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.writeHead(401).end('never'))
  const { url } = await startTestSidecar(t, upstream.url)
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/x`)))
    for (const answer of answers) {
      assert.equal(answer.status, 401)
      assert.equal(await answer.text(), 'never')
    }
  }
  assert.ok(upstream.tokenRequests <= 3, `${upstream.tokenRequests} token requests`)
})

test('a 401 with a body over 64 KiB passes whole, drops the token, and is not taken for acceptance', async (t) => {
  const body = 'y'.repeat(300_000)
  const upstream = await startUpstream(t, refuseFirst(['token-1'], body))
  const { url } = await startTestSidecar(t, upstream.url)
  const first = await fetch(`${url}/x`)
  assert.equal(first.status, 401)
  assert.equal(await first.text(), body)
  assert.equal(await (await fetch(`${url}/x`)).text(), 'fine /x')
  assert.equal(upstream.tokenRequests, 2)
})

test('when the renewal fails, the 401 passes as it came', async (t) => {
  let tokens = 0
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 8\r\nX-First: 1\r\n\r\nthe body'),
  )
  const { port, tokens: cache } = await startTestSidecar(t, upstream.url, { tokenWaitMs: 2000 })
  await cache.get()
  tokens = upstream.tokenRequests()
  cache.stop() // Nobody renews any more.
  const { text } = await ask(port, head('GET /x'))
  assert.match(text, /^HTTP\/1\.1 401 [\s\S]*X-First: 1[\s\S]*the body$/)
  assert.equal(upstream.tokenRequests(), tokens)
})

test('a 403 renews nothing and is passed on', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.writeHead(403).end('no'))
  const { url } = await startTestSidecar(t, upstream.url)
  assert.equal((await fetch(`${url}/x`)).status, 403)
  assert.equal(upstream.received.length, 1)
  assert.equal(upstream.tokenRequests, 1)
})

test('a 401 on every connection does not starve the renewal, and the places come free again', async (t) => {
  const second = gate()
  const upstream = await startRawUpstream(
    t,
    ({ head: received, socket }) => {
      socket.write(received.includes('Bearer token-1') ? 'HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno' : ok('fine'))
    },
    { beforeToken: async (count) => (count === 1 ? undefined : second.opened) },
  )
  const { port, waiting } = await startTestSidecar(t, upstream.url, { upstreamConnections: 2 })
  const asked = Array.from({ length: 30 }, () => ask(port, head('GET /x')))
  // Two of them have a place and wait with it.
  await eventually(() => upstream.tokenRequests() === 2 && waiting() === 28, 'all wait for the renewal')
  second.open()
  const answers = await Promise.all(asked)
  assert.ok(answers.every(({ text }) => text.endsWith('fine')))
  assert.ok(upstream.mostOpen() <= 2)
})

test('a request that has waited for its turn goes out with the token of then', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
    if (received.startsWith('GET /slow')) held.push(socket)
    else
      socket.write(received.includes('Bearer token-1') ? 'HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno' : ok('fine'))
  })
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1 })
  const slow = ask(port, head('GET /slow'))
  await eventually(() => held.length === 1, 'the only place is taken')
  const post = ask(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)
  await eventually(() => waiting() === 1, 'it waits for its turn')
  tokens.reject(await tokens.get())
  await tokens.get()
  held[0]?.write(ok('slow'))
  assert.match((await slow).text, /slow$/)
  assert.match((await post).text, /^HTTP\/1\.1 200 [\s\S]*fine$/)
  assert.equal(upstream.heard.length, 2)
})

for (const connections of [1, 4]) {
  test(`of 64 POSTs on ${connections} connection(s) only those that are at CATAPA meet a revocation: who waited takes no refused token along`, async (t) => {
    const revoked: Socket[] = []
    const refuse = (socket: Socket) => socket.write('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno')
    const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
      if (!received.includes('Bearer token-1\r\n')) socket.write(ok('fine'))
      else if (revoked.push(socket) === connections) for (const waiting of revoked) refuse(waiting)
      else if (revoked.length > connections) refuse(socket)
    })
    const { port, tokens } = await startTestSidecar(t, upstream.url, { upstreamConnections: connections })
    await tokens.get()
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => ask(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)),
    )
    const statuses = answers.map(({ text }) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]))
    const count = (status: number) => statuses.filter((given) => given === status).length
    assert.deepEqual([count(401), count(503), count(200)], [1, connections - 1, 64 - connections])
    assert.equal(revoked.length, connections, 'nobody else was sent with the revoked token')
    assert.equal(upstream.heard.length, 64, 'and nothing was sent twice')
    assert.equal(upstream.tokenRequests(), 2)
  })
}

test('a refused GET gives its place to who waits before it is repeated, and all of them get 200 with one renewal', async (t) => {
  const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
    const refused = received.includes('Bearer token-1\r\n')
    socket.write(refused ? 'HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno' : ok('fine'))
  })
  const { port, tokens } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1 })
  await tokens.get()
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port, head('GET /x'))))
  assert.ok(answers.every(({ text }) => /^HTTP\/1\.1 200 [\s\S]*fine$/.test(text)))
  assert.equal(upstream.heard.length, 21, 'the token was refused once')
  assert.equal(upstream.tokenRequests(), 2)
})

test('a 401 whose body is lost has dropped the token all the same', async (t) => {
  const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
    if (!received.includes('Bearer token-1\r\n')) socket.write(ok('fine'))
    else socket.write('HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nno', () => socket.destroy())
  })
  const { port, tokens } = await startTestSidecar(t, upstream.url)
  await tokens.get()
  const post = () => ask(port, `${head('POST /x', 'Content-Length: 3\r\n')}abc`)
  assert.equal(problemIn((await post()).text).code, 'upstream_closed')
  assert.match((await post()).text, /^HTTP\/1\.1 200 /)
})

test('a request that gets no token when its turn has come gives its place back', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
    if (received.startsWith('GET /slow')) held.push(socket)
    else socket.write(ok('fine'))
  })
  const settings = { upstreamConnections: 1, tokenWaitMs: 120_000 }
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, settings)
  await tokens.get()
  const slow = ask(port, head('GET /slow'))
  await eventually(() => held.length === 1, 'the only place is taken')
  const others = [ask(port, head('GET /x')), ask(port, head('GET /x'))]
  await eventually(() => waiting() === 2, 'both wait for their turn')
  const token = await tokens.get()
  tokens.stop()
  tokens.reject(token)
  held[0]?.write(ok('slow'))
  assert.match((await slow).text, /slow$/)
  for (const { text } of await Promise.all(others)) assert.match(text, /^HTTP\/1\.1 503 /)
  assert.equal(upstream.heard.length, 1)
})

test('a body that begins late goes out with the token of then', async (t) => {
  const upstream = await startUpstream(t, refuseFirst(['token-1']))
  const { port, tokens, inFlight } = await startTestSidecar(t, upstream.url)
  const caller = dial(port)
  caller.send(head('POST /x', 'Content-Length: 3\r\n'))
  await eventually(() => inFlight() === 1, 'its head has come')
  tokens.reject(await tokens.get())
  await tokens.get()
  caller.send('abc')
  assert.match((await caller.closed).text, /^HTTP\/1\.1 200 /)
  assert.deepEqual(
    upstream.received.map(({ headers }) => headers.authorization),
    ['Bearer token-2'],
  )
})

test('a 401 to a token that had been dropped already is not passed on, also when there is no other: it would be untrue', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ socket }) => held.push(socket))
  const { port, tokens } = await startTestSidecar(t, upstream.url, { tokenWaitMs: 2000 })
  await tokens.get()
  const answers = [ask(port, head('GET /x')), ask(port, head('GET /x'))]
  await eventually(() => held.length === 2, 'both are at CATAPA')
  tokens.stop() // Nobody renews any more.
  for (const socket of held) socket.write('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno')
  const statuses = (await Promise.all(answers)).map(({ text }) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])).sort()
  assert.deepEqual(statuses, [401, 503])
})

test('a request whose turn comes after the credentials of another tenant came is judged anew', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ head: received, socket }) => {
    if (received.startsWith('GET /slow')) held.push(socket)
    else socket.write(ok('fine'))
  })
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1 })
  const slow = ask(port, head('GET /slow'))
  await eventually(() => held.length === 1, 'the only place is taken')
  const [named, silent] = [ask(port, head('GET /x?tenant=demo')), ask(port, head('GET /x'))]
  await eventually(() => waiting() === 2, 'both wait for their turn')
  const token = await tokens.get()
  await tokens.replace(async () => ({ ...token, value: 'of-another', tenant: 'another' }))
  held[0]?.write(ok('slow'))
  await slow
  assert.equal(problemIn((await named).text).code, 'policy_denied')
  assert.match((await silent).text, /fine$/)
  assert.equal(upstream.heard.length, 2)
})

const refusal = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'
const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

test('a GET that was lost at CATAPA, sent again and then met two 401s has maybe been acted on', async (t) => {
  const renew = async () => void (await sidecar.tokens.renew())
  const upstream = await startRawUpstream(t, async ({ socket }) => {
    if (upstream.heard.length === 3) await renew() // So that its token is no longer current.
    if (upstream.heard.length === 1) socket.destroy()
    else socket.write(refusal)
  })
  const sidecar = await startTestSidecar(t, upstream.url, patient)
  const { code, reached, detail } = problemIn((await ask(sidecar.port, get)).text)
  assert.equal(upstream.heard.length, 3)
  assert.deepEqual([code, reached], ['token_unavailable', 'maybe'])
  assert.match(detail, /a request that only reads can be sent again\. CATAPA may have acted on this request/)
  assert.doesNotMatch(detail, /was not carried out/)
})

test('a request that finds no place after a 401 is told that CATAPA had it and did nothing of it; the log says that it was reached', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket, head }) => {
    if (head.startsWith('GET /x')) waiting.then(() => socket.write(refusal))
  })
  const sidecar = await startTestSidecar(t, upstream.url, { ...patient, upstreamConnections: 1, queueTimeoutMs: 500 })
  await sidecar.tokens.get()
  const { opened: waiting, open } = gate()
  const asked = ask(sidecar.port, get)
  await eventually(() => upstream.heard.length === 1, 'it is at CATAPA')
  const other = dial(sidecar.port)
  other.send('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => sidecar.waiting() === 1, 'another one waits for its place')
  open()
  const { code, reached, detail } = problemIn((await asked).text)
  assert.deepEqual([code, reached], ['overloaded', 'no'])
  assert.match(detail, / CATAPA had answered this request with a 401, and did nothing of it\.$/)
  other.socket.destroy()
})
