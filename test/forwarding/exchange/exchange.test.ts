// Time limits (design/promises 2.10), callers that have gone (design/promises 3.12), flat memory (design/promises 3.8);
// design/libraries 17, 19 and 31.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { enter, newCall, newCalls } from '../../../src/forwarding/call.ts'
import { passData, passEnd, passHead } from '../../../src/forwarding/exchange/answer.ts'
import { slots, waitingRoom } from '../../../src/forwarding/places.ts'
import type { RequestRecord } from '../../../src/log/request-record.ts'
import { listenOnFreePort, runCli, startTestSidecar, startUpstream, testConfig } from '../../support/sidecar.ts'
import { ask, dial, eventually, ok, problemIn, sleep, startRawUpstream } from '../../support/wire.ts'

const MB = 1024 * 1024

/** Listens, takes connections and never says a word. */
async function startMute(t: TestContext): Promise<{ port: number; open: () => number }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, open: () => sockets.size }
}

/** How long it took to get this problem. */
async function timed(port: number, request: string, code: string, reached: string): Promise<number> {
  const startedAt = performance.now()
  const { text } = await ask(port, request)
  const problem = problemIn(text)
  assert.deepEqual([problem.code, problem.reached], [code, reached])
  return performance.now() - startedAt
}

function assertNear(ms: number, expectedMs: number): void {
  assert.ok(ms >= expectedMs - 10 && ms < expectedMs + 1500, `${ms} ms instead of ${expectedMs}`)
}

const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

test('a connection that does not come about is upstream_timeout after the connect time-out, and nothing was reached', async (t) => {
  const mute = await startMute(t) // Its TLS handshake never ends.
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, `https://127.0.0.1:${mute.port}`, {
    tokenUrl: new URL(`${upstream.url}/oauth/token`),
    connectTimeoutMs: 300,
  })
  assertNear(await timed(port, get, 'upstream_timeout', 'no'), 300)
  assertNear(await timed(port, `POST${get.slice(3)}`, 'upstream_timeout', 'no'), 300)
})

test('a proxy that never answers CONNECT is bounded by the connect time-out too', async (t) => {
  const mute = await startMute(t)
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, 'https://api.example', {
    tokenUrl: new URL(`${upstream.url}/oauth/token`),
    proxy: { base: new URL(`http://127.0.0.1:${mute.port}`), token: undefined },
    connectTimeoutMs: 300,
  })
  assertNear(await timed(port, get, 'upstream_timeout', 'no'), 300)
  await eventually(() => mute.open() === 0, 'the connection to the proxy is given up')
})

test('no answer within the response time-out is upstream_timeout, counted from the end of the request', async (t) => {
  let closed = 0
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.once('close', () => {
      closed += 1
    }),
  )
  const { port } = await startTestSidecar(t, upstream.url, { responseTimeoutMs: 300 })
  assertNear(await timed(port, get, 'upstream_timeout', 'maybe'), 300)
  const slow = dial(port)
  const startedAt = performance.now()
  slow.send('POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\n')
  for (const byte of 'abcde') {
    await sleep(100)
    slow.send(byte)
  }
  assert.equal(problemIn((await slow.closed).text).code, 'upstream_timeout')
  assertNear(performance.now() - startedAt, 800)
  await eventually(() => closed === 2, 'CATAPA sees the end of both')
})

test('where all time-outs are equal, the problem is still that of the phase that was silent', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    if (head.includes('/half')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
  })
  const { port } = await startTestSidecar(t, upstream.url, {
    connectTimeoutMs: 300,
    responseTimeoutMs: 300,
    bodyTimeoutMs: 300,
  })
  const detailOf = async (request: string) => problemIn((await ask(port, request)).text).detail
  assert.match(await detailOf(get), /SIDECAR_RESPONSE_TIMEOUT/)
  assert.match(await detailOf(get.replace('/x', '/half')), /fell silent/)
  const slow = dial(port)
  slow.send('POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\na')
  await sleep(100)
  slow.send('b')
  assert.match(problemIn((await slow.closed).text).detail, /SIDECAR_RESPONSE_TIMEOUT/)
})

test('a flood of interim answers does not hold a request beyond the response time-out', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => {
    const more = () => {
      if (socket.destroyed) return
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(50))
      setTimeout(more, 5)
    }
    more()
  })
  const { port } = await startTestSidecar(t, upstream.url, { responseTimeoutMs: 400 })
  assertNear(await timed(port, get, 'upstream_timeout', 'maybe'), 400)
})

test('an answer whose body falls silent is a 504 to the blind and a reset to the others', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  )
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 300 })
  assertNear(await timed(port, get, 'upstream_timeout', 'maybe'), 300)
  const { how, afterMs } = await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.equal(how, 'ECONNRESET')
  assertNear(afterMs, 300)
})

test('a body that trickles is no silence', async (t) => {
  const upstream = await startRawUpstream(t, async ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n')
    for (const byte of 'abcdefghijkl') {
      await sleep(100)
      socket.write(byte)
    }
  })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 800 })
  assert.match((await ask(port, get)).text, /abcdefghijkl$/)
})

test('a caller that falls silent in its body is request_timeout, and CATAPA is left', async (t) => {
  let closed = false
  const upstream = await startRawUpstream(
    t,
    ({ socket }) =>
      socket.once('close', () => {
        closed = true
      }),
    { early: true },
  )
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 300 })
  const request = 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab'
  assertNear(await timed(port, request, 'request_timeout', 'maybe'), 300)
  await eventually(() => closed, 'CATAPA sees the end')
})

test('a caller that sends nothing of its body is request_timeout, and CATAPA hears nothing', async (t) => {
  const upstream = await startRawUpstream(t, () => {}, { early: true })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 300 })
  const request = 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n'
  assertNear(await timed(port, request, 'request_timeout', 'no'), 300)
  assert.equal(upstream.heard.length, 0)
})

for (const [who, silenceMs, code] of [
  ['the caller leaves', 60_000, undefined],
  ['the caller reads nothing for the body time-out', 300, 'request_timeout'],
] as const) {
  test(`the end of an answer is lost where ${who}, and that is known`, async (t) => {
    let record: RequestRecord | undefined
    let ended = false
    const context = {
      config: testConfig('http://x', { bodyTimeoutMs: silenceMs }),
      tokens: {} as never,
      dispatcher: {} as never,
      room: waitingRoom(1),
      places: slots(1, 1000),
      calls: newCalls(),
      rules: { profiles: testConfig('http://x').profile, callers: undefined },
      tenant: () => 'demo',
      draining: () => false,
    }
    const app = Fastify()
    app.get('/x', (request, reply) => {
      const call = newCall(request, reply, context)
      record = call.record
      enter(call)
      const stuck = setTimeout(() => {
        passEnd(call)
        ended = true
      }, 200)
      const more = () => {
        stuck.refresh()
        while (passData(call, Buffer.alloc(64 * 1024)));
      }
      passHead(call, { status: 200, rawHeaders: [], resume: more })
      more()
    })
    await app.ready()
    const port = await listenOnFreePort(t, app.server)
    const caller = dial(port, { paused: true })
    caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await eventually(() => ended, 'CATAPA has sent all of it')
    if (code === undefined) caller.socket.resetAndDestroy()
    await eventually(() => record?.cut === true, 'the cut is told')
    assert.equal(record?.problem?.code, code)
  })
}

test('a CATAPA that stops reading is upstream_timeout', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.pause(), { early: true })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 400 })
  const caller = dial(port)
  caller.send(`PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * MB}\r\n\r\n`)
  const piece = Buffer.alloc(MB)
  const more = () => {
    while (!caller.socket.destroyed && caller.socket.write(piece));
  }
  caller.socket.on('drain', more)
  more()
  const { text } = await caller.closed
  const { code, reached } = problemIn(text)
  assert.deepEqual([code, reached], ['upstream_timeout', 'maybe'])
})

for (const [phase, early, begin] of [
  ['before the head of an answer', false, () => {}],
  [
    'in the middle of an answer',
    false,
    (socket: Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  ],
  ['in the middle of its request', true, () => {}],
] as const) {
  test(`a caller that leaves ${phase} ends the request to CATAPA at once`, async (t) => {
    let endedAt = 0
    const upstream = await startRawUpstream(
      t,
      ({ socket }) => {
        begin(socket)
        socket.once('close', () => {
          endedAt = performance.now()
        })
      },
      { early },
    )
    const { port, log } = await startTestSidecar(t, upstream.url)
    const caller = dial(port)
    caller.send(
      early
        ? 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf'
        : 'POST /x HTTP/1.1\r\nHost: localhost\r\n\r\n',
    )
    await eventually(() => upstream.heard.length === 1, 'the request arrives')
    await sleep(20)
    const leftAt = performance.now()
    caller.socket.destroy()
    await eventually(() => endedAt > 0, 'CATAPA sees the end')
    assert.ok(endedAt - leftAt < 2000)
    assert.ok(!log.some(({ level }) => Number(level) >= 50), 'and it is nobody’s fault')
  })
}

test('a caller that leaves while it waits for a token or a place costs nothing: no request, no place, no room', async (t) => {
  const upstream = await startRawUpstream(
    t,
    ({ head, socket }) => setTimeout(() => socket.destroyed || socket.write(ok(head.split(' ')[1])), 150),
    { tokenDelayMs: 200 },
  )
  const { port } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1, maxWaiting: 2 })
  const send = (path: string) => {
    const caller = dial(port)
    caller.send(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    return caller
  }
  const leave = async (...callers: ReturnType<typeof dial>[]) => {
    await sleep(30)
    for (const { socket } of callers) socket.destroy()
    await sleep(30)
  }
  await leave(send('/token-1'), send('/token-2')) // Both wait for the first token, and fill the room.
  const first = send('/1')
  const second = send('/2')
  assert.match((await first.closed).text, /\/1$/)
  assert.match((await second.closed).text, /\/2$/)
  for (let round = 0; round < 5; round++) {
    const working = send('/working')
    await sleep(20)
    await leave(send('/place-1'), send('/place-2')) // Both wait for the one connection.
    if (round % 2 === 0) await working.closed
    else working.socket.destroy()
  }
  const last = [send('/3'), send('/4'), send('/5')]
  const texts = await Promise.all(last.map(async ({ closed }) => (await closed).text))
  assert.deepEqual(
    texts.map((text) => text.slice(-2)),
    ['/3', '/4', '/5'],
  )
  const paths = upstream.heard.map(({ head }) => head.split(' ')[1])
  assert.ok(!paths.some((path) => path?.startsWith('/token') || path?.startsWith('/place')), paths.join(' '))
})

test('a caller that leaves in the middle of a buffered body costs nothing and is no error of ours', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const { port, log } = await startTestSidecar(t, upstream.url, { replay: 'buffered' })
  const caller = dial(port)
  caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf')
  await sleep(50)
  caller.socket.destroy()
  await sleep(50)
  assert.equal(upstream.heard.length, 0)
  assert.ok(!log.some(({ level }) => Number(level) >= 50))
})

test('a reader that stalls is cut after the body time-out', async (t) => {
  let endedAt = 0
  const upstream = await startRawUpstream(t, ({ socket }) => {
    socket.once('close', () => {
      endedAt = performance.now()
    })
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1024 * MB}\r\n\r\n`)
    const piece = Buffer.alloc(MB)
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', more)
    more()
  })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 500 })
  const caller = dial(port, { paused: true })
  caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => upstream.heard.length === 1, 'the request arrives')
  const startedAt = performance.now()
  await eventually(() => endedAt > 0, 'CATAPA is let go')
  assert.ok(endedAt - startedAt > 450 && endedAt - startedAt < 2500)
  caller.socket.resume()
  // A reset behind unread bytes shows as an end on recent Linux; the length tells that it was none.
  await caller.closed
  assert.ok(caller.socket.bytesRead < 1024 * MB)
})

test('memory stays flat under a reader that stalls, and under large bodies both ways', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const piece = Buffer.alloc(256 * 1024)
  const upstream = await startUpstream(t, undefined, (incoming, response) => {
    incoming.resume()
    if (incoming.method === 'PUT') {
      incoming.on('end', () => response.end('ok'))
      return
    }
    let left = Number(incoming.url?.slice(1))
    response.setHeader('content-length', left)
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= piece.length
        if (!response.write(piece)) return
      }
      response.end()
    }
    response.on('drain', more)
    more()
  })
  const cli = runCli(t, ['start'], {
    CATAPA_TENANT: 'demo',
    CATAPA_CLIENT_ID: 'demo-client',
    CATAPA_CLIENT_SECRET: 'demo-secret-4711-never-printed',
    CATAPA_BASE_URL: upstream.url,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_LOG_FORMAT: 'json',
  })
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(await cli.until(/http:\/\/127\.0\.0\.1:\d+/))?.[1])
  const rssMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${cli.child.pid}/status`, 'utf8'))?.[1]) / 1024
  const download = async (bytes: number) => {
    const caller = dial(port, { keep: false })
    caller.send(`GET /${bytes} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await eventually(() => caller.bytes() >= bytes, `${bytes} bytes arrive`, 30_000)
    caller.socket.destroy()
  }
  await download(100 * MB)
  const before = rssMb()
  const stalled = Array.from({ length: 3 }, () => {
    const caller = dial(port, { paused: true })
    caller.send(`GET /${1024 * MB} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return caller
  })
  await sleep(1500)
  const whileStalled = rssMb()
  for (const { socket } of stalled) socket.destroy()
  await download(200 * MB)
  const uploading = dial(port)
  uploading.send(`PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * MB}\r\n\r\n`)
  for (let i = 0; i < 400; i++) {
    if (!uploading.socket.write(piece)) await new Promise((resolve) => uploading.socket.once('drain', resolve))
  }
  await uploading.until(/ok$/, 20_000)
  uploading.socket.destroy()
  const after = rssMb()
  assert.ok(whileStalled - before < 30, `${before} MB, then ${whileStalled} MB while readers stall`)
  assert.ok(after - before < 30, `${before} MB, then ${after} MB after large bodies`)
})
