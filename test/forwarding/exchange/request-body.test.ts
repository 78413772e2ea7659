// design/promises 2.11: `SIDECAR_UPSTREAM_CONNECTIONS`, `SIDECAR_MAX_WAITING`, `SIDECAR_QUEUE_TIMEOUT`,
// `SIDECAR_MAX_BODY`.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { startTestSidecar } from '../../support/sidecar.ts'
import { ask, dial, eventually, gate, ok, problemIn, sleep, startRawUpstream } from '../../support/wire.ts'

const close = (line: string, rest = '') => `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}\r\n`

test('no more than the allowed connections are opened to CATAPA, and who waits first is served first', async (t) => {
  const all = gate()
  const upstream = await startRawUpstream(t, ({ head, socket }) =>
    all.opened.then(() => socket.write(ok(head.split(' ')[1]))),
  )
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, { upstreamConnections: 3 })
  await tokens.get()
  const answers = []
  for (let i = 0; i < 60; i++) {
    const caller = dial(port)
    caller.send(close(`GET /${i}`))
    answers.push(caller.closed)
    await eventually(() => upstream.heard.length + waiting() === i + 1, 'it has been read')
  }
  all.open()
  const texts = await Promise.all(answers)
  assert.ok(texts.every(({ text }, i) => text.endsWith(`/${i}`)))
  assert.ok(upstream.mostOpen() <= 3, `${upstream.mostOpen()} connections at once`)
  assert.ok(upstream.connections() <= 6, `${upstream.connections()} connections in all: they are kept`)
  const order = upstream.heard.map(({ head }) => Number(head.split(' ')[1]?.slice(1)))
  for (const [place, i] of order.entries()) assert.ok(Math.abs(place - i) <= 3, `${i} was served as number ${place}`)
})

test('who would wait beyond SIDECAR_MAX_WAITING is overloaded at once, with Retry-After; the others are served', async (t) => {
  const release: (() => void)[] = []
  const upstream = await startRawUpstream(t, ({ socket }) => release.push(() => socket.write(ok())))
  const settings = { upstreamConnections: 2, maxWaiting: 3, queueTimeoutMs: 600_000 }
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, settings)
  await tokens.get()
  const served = Array.from({ length: 5 }, () => ask(port, close('POST /x')))
  await eventually(() => upstream.heard.length === 2 && waiting() === 3, 'two are under way, and three wait')
  for (let i = 0; i < 5; i++) {
    const { text } = await ask(port, close('POST /over'))
    assert.match(text, /^HTTP\/1\.1 503 [\s\S]*Retry-After: ([1-9]|10)\r\n/i)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['overloaded', 'no'])
  }
  for (let answered = 0; answered < 5; ) {
    const next = release.shift()
    if (next === undefined) await sleep(5)
    else {
      next()
      answered += 1
    }
  }
  assert.ok((await Promise.all(served)).every(({ text }) => text.endsWith('ok')))
  assert.ok(upstream.heard.every(({ head }) => head.startsWith('POST /x ')))
})

test('who waits for a connection longer than SIDECAR_QUEUE_TIMEOUT is overloaded, each after its own time; who comes in time is served', async (t) => {
  const held: Socket[] = []
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    if (head.startsWith('POST /slow')) held.push(socket)
    else socket.write(ok('fine'))
  })
  const settings = { upstreamConnections: 1, queueTimeoutMs: 2000 }
  const { port, tokens, waiting } = await startTestSidecar(t, upstream.url, settings)
  await tokens.get()
  const slow = ask(port, close('POST /slow'))
  await eventually(() => held.length === 1, 'the only place is taken')
  const leaving = dial(port)
  leaving.send(close('POST /left'))
  const ended: string[] = []
  const wait = (name: string) => ask(port, close(`POST /${name}`)).finally(() => ended.push(name))
  const early = wait('early')
  await eventually(() => waiting() === 2, 'two wait')
  await sleep(300)
  leaving.socket.destroy()
  await eventually(() => waiting() === 1, 'one of them has left')
  const late = wait('late')
  for (const { text, afterMs } of await Promise.all([early, late])) {
    assert.match(text, /^HTTP\/1\.1 503 [\s\S]*Retry-After: ([1-9]|10)\r\n/i)
    const { code, reached, detail } = problemIn(text)
    assert.deepEqual([code, reached], ['overloaded', 'no'])
    assert.match(detail, /SIDECAR_QUEUE_TIMEOUT/)
    assert.ok(afterMs >= 1990, `${afterMs} ms`)
  }
  assert.deepEqual(ended, ['early', 'late'])
  const inTime = ask(port, close('POST /in-time'))
  await eventually(() => waiting() === 1, 'it waits')
  held[0]?.write(ok('slow'))
  assert.match((await slow).text, /slow$/)
  assert.match((await inTime).text, /fine$/)
  assert.deepEqual(
    upstream.heard.map(({ head }) => head.split(' ')[1]),
    ['/slow', '/in-time'],
  )
})

test('waiting for a token counts as waiting', async (t) => {
  const token = gate()
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()), { beforeToken: () => token.opened })
  const { port, waiting } = await startTestSidecar(t, upstream.url, { maxWaiting: 2 })
  const two = [ask(port, close('GET /1')), ask(port, close('GET /2'))]
  await eventually(() => waiting() === 2, 'both wait')
  assert.equal(problemIn((await ask(port, close('GET /3'))).text).code, 'overloaded')
  token.open()
  assert.ok((await Promise.all(two)).every(({ text }) => text.endsWith('ok')))
})

test('a place comes free however a request ends', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    const path = head.split(' ')[1]
    if (path === '/reset') socket.resetAndDestroy()
    else if (path === '/half')
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () => socket.resetAndDestroy())
    else if (path === '/garbage') socket.write('garbage\r\n\r\n')
    else if (path === '/401') socket.write('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n')
    else if (path !== '/silent') socket.write(ok('fine'))
  })
  const { port } = await startTestSidecar(t, upstream.url, {
    upstreamConnections: 1,
    maxWaiting: 1,
    responseTimeoutMs: 1000,
    bodyTimeoutMs: 1000,
    maxBodyBytes: 100,
  })
  const chunked = 'Transfer-Encoding: chunked\r\n'
  for (const request of [
    close('POST /reset'),
    close('GET /reset'),
    close('POST /half'),
    'POST /half HTTP/1.1\r\nHost: localhost\r\n\r\n',
    close('POST /garbage'),
    close('POST /silent'),
    close('POST /401'),
    close('POST /x', 'Content-Length: 5\r\n'),
    `${close('POST /x', chunked)}c8\r\n${'a'.repeat(200)}\r\n0\r\n\r\n`,
    `${close('POST /x', chunked)}zz\r\n`,
  ]) {
    await ask(port, request).catch(() => {})
    assert.match((await ask(port, close('GET /fine'))).text, /fine$/, `after ${request}`)
  }
})

test('a stated length over SIDECAR_MAX_BODY is refused at once; exactly the limit passes; 0 would be no limit', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket, body }) => socket.write(ok(String(body.length))))
  const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: 1000 })
  const over = await ask(port, close('POST /x', 'Content-Length: 1001\r\n'))
  assert.deepEqual([problemIn(over.text).code, problemIn(over.text).reached], ['body_too_large', 'no'])
  assert.equal(upstream.heard.length, 0)
  assert.match((await ask(port, close('POST /x', 'Content-Length: 1000\r\n') + 'a'.repeat(1000))).text, /1000$/)
  const unlimited = await startTestSidecar(t, upstream.url, { maxBodyBytes: Number.POSITIVE_INFINITY })
  assert.match(
    (await ask(unlimited.port, close('POST /x', 'Content-Length: 2000\r\n') + 'a'.repeat(2000))).text,
    /2000$/,
  )
})

for (const replay of ['safe', 'buffered'] as const) {
  test(`${replay}: a chunked body over SIDECAR_MAX_BODY is refused while it streams, and never arrives whole`, async (t) => {
    const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
    const { port } = await startTestSidecar(t, upstream.url, { maxBodyBytes: 1000, replay })
    const caller = dial(port)
    caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n')
    const piece = `190\r\n${'a'.repeat(400)}\r\n`
    caller.send(piece)
    if (replay === 'safe') await eventually(() => upstream.connections() === 1, 'it has begun to arrive')
    caller.send(`${piece.repeat(3)}0\r\n\r\n`)
    const { text } = await caller.closed
    const { code, reached } = problemIn(text)
    assert.deepEqual([code, reached], ['body_too_large', replay === 'safe' ? 'maybe' : 'no'])
    assert.equal(upstream.heard.length, 0)
  })
}
