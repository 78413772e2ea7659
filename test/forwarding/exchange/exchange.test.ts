// Time limits (design/promises 2.10), callers that have gone (design/promises 3.12), flat memory (design/promises 3.8);
// design/libraries 17, 19 and 31.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { enter, newCall, newCalls } from '../../../src/forwarding/call.ts'
import { passData, passEnd, passHead } from '../../../src/forwarding/exchange/pass-answer.ts'
import type { RequestRecord } from '../../../src/log/request-record.ts'
import { onePlace } from '../../support/places.ts'
import { listenOnFreePort, runCli, startTestSidecar, startUpstream, testConfig } from '../../support/sidecar.ts'
import { ask, dial, eventually, gate, ok, problemIn, sleep, startRawUpstream } from '../../support/wire.ts'

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

/** How long it took to get this problem. Time-outs that are not under test are minutes, which no test waits for. */
async function timed(port: number, request: string, code: string, reached: string): Promise<number> {
  const { text, afterMs } = await ask(port, request)
  const problem = problemIn(text)
  assert.deepEqual([problem.code, problem.reached], [code, reached])
  return afterMs
}

function assertNotBefore(ms: number, expectedMs: number): void {
  assert.ok(ms >= expectedMs - 10, `${ms} ms instead of ${expectedMs}`)
}

const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

test('a connection that does not come about is upstream_timeout after the connect time-out, and nothing was reached', async (t) => {
  const mute = await startMute(t) // Its TLS handshake never ends.
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, `https://127.0.0.1:${mute.port}`, {
    tokenUrl: new URL(`${upstream.url}/oauth/token`),
    connectTimeoutMs: 1000,
  })
  const requests = [get, `POST${get.slice(3)}`]
  for (const ms of await Promise.all(requests.map((request) => timed(port, request, 'upstream_timeout', 'no')))) {
    assertNotBefore(ms, 1000)
  }
})

test('a proxy that never answers CONNECT is bounded by the connect time-out too', async (t) => {
  const mute = await startMute(t)
  const upstream = await startRawUpstream(t, () => {})
  const { port } = await startTestSidecar(t, 'https://api.example', {
    tokenUrl: new URL(`${upstream.url}/oauth/token`),
    proxy: { base: new URL(`http://127.0.0.1:${mute.port}`), token: undefined },
    connectTimeoutMs: 1000,
  })
  assertNotBefore(await timed(port, get, 'upstream_timeout', 'no'), 1000)
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
  assertNotBefore(await timed(port, get, 'upstream_timeout', 'maybe'), 300)
  const slow = dial(port)
  slow.send('POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\n')
  for (const byte of 'abcde') {
    await sleep(100)
    slow.send(byte)
  }
  const { text, afterMs } = await slow.closed
  assert.equal(problemIn(text).code, 'upstream_timeout')
  assertNotBefore(afterMs, 800)
  await eventually(() => closed === 2, 'CATAPA sees the end of both')
})

test('where all time-outs are equal, the problem is still that of the phase that was silent', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    if (head.includes('/half')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
  })
  const { port } = await startTestSidecar(t, upstream.url, {
    connectTimeoutMs: 2000,
    responseTimeoutMs: 2000,
    bodyTimeoutMs: 2000,
  })
  const detailOf = async (request: string) => problemIn((await ask(port, request)).text).detail
  const details = Promise.all([detailOf(get), detailOf(get.replace('/x', '/half'))])
  const slow = dial(port)
  slow.send('POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\na')
  await sleep(100)
  slow.send('b')
  assert.match(problemIn((await slow.closed).text).detail, /SIDECAR_RESPONSE_TIMEOUT/)
  const [silent = '', half = ''] = await details
  assert.match(silent, /SIDECAR_RESPONSE_TIMEOUT/)
  assert.match(half, /fell silent/)
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
  assertNotBefore(await timed(port, get, 'upstream_timeout', 'maybe'), 400)
})

test('an answer whose body falls silent is a 504 to the blind and a reset to the others', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  )
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 1000 })
  const blind = timed(port, get, 'upstream_timeout', 'maybe')
  const { how, afterMs } = await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.equal(how, 'ECONNRESET')
  for (const ms of [await blind, afterMs]) assertNotBefore(ms, 1000)
})

test('a body that trickles is no silence', async (t) => {
  const upstream = await startRawUpstream(t, async ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n')
    for (const byte of 'abcdefghijkl') {
      await sleep(300)
      socket.write(byte)
    }
  })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 3000 })
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
  const { port, tokens } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 1000 })
  await tokens.get()
  const request = 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab'
  assertNotBefore(await timed(port, request, 'request_timeout', 'maybe'), 1000)
  await eventually(() => closed, 'CATAPA sees the end')
})

test('a caller that sends nothing of its body is request_timeout, and CATAPA hears nothing', async (t) => {
  const upstream = await startRawUpstream(t, () => {}, { early: true })
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 300 })
  const request = 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n'
  assertNotBefore(await timed(port, request, 'request_timeout', 'no'), 300)
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
      places: onePlace(),
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
  const { port } = await startTestSidecar(t, upstream.url, { bodyTimeoutMs: 1500 })
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
    let ended = false
    const upstream = await startRawUpstream(
      t,
      ({ socket }) => {
        begin(socket)
        socket.once('close', () => {
          ended = true
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
    if (phase === 'in the middle of an answer') await caller.until(/half$/)
    caller.socket.destroy()
    await eventually(() => ended, 'CATAPA sees the end, long before any time-out')
    await eventually(() => log.some(({ callerGone }) => callerGone === true), 'the line of the request')
    assert.ok(!log.some(({ level }) => Number(level) >= 50), 'and it is nobody’s fault')
  })
}

test('a caller that leaves while it waits for a token or a place costs nothing: no request, no place, no room', async (t) => {
  const tokens = gate()
  const working: Socket[] = []
  const upstream = await startRawUpstream(
    t,
    ({ head, socket }) => {
      const path = head.split(' ')[1]
      if (path === '/working') working.push(socket)
      else socket.write(ok(path))
    },
    { beforeToken: () => tokens.opened },
  )
  const sidecar = await startTestSidecar(t, upstream.url, { upstreamConnections: 1, maxWaiting: 2 })
  const send = (path: string) => {
    const caller = dial(sidecar.port)
    caller.send(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    return caller
  }
  const waitAndLeave = async (...paths: string[]) => {
    const callers = paths.map(send)
    await eventually(() => sidecar.waiting() === paths.length, 'all of them wait')
    for (const { socket } of callers) socket.destroy()
    await eventually(() => sidecar.waiting() === 0, 'none waits any more')
  }
  await waitAndLeave('/token-1', '/token-2') // Both wait for the first token, and fill the room.
  tokens.open()
  const first = send('/1')
  const second = send('/2')
  assert.match((await first.closed).text, /\/1$/)
  assert.match((await second.closed).text, /\/2$/)
  for (let round = 0; round < 5; round++) {
    const caller = send('/working')
    await eventually(() => working.length === round + 1, 'the one connection is in use')
    await waitAndLeave('/place-1', '/place-2') // Both wait for it.
    if (round % 2 === 1) caller.socket.destroy()
    else working[round]?.write(ok('done'))
    await caller.closed
    await eventually(() => sidecar.inFlight() === 0, 'nobody is served')
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
  const { port, log, inFlight } = await startTestSidecar(t, upstream.url, { replay: 'buffered' })
  const caller = dial(port)
  caller.send('POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf')
  await eventually(() => inFlight() === 1, 'it is served')
  caller.socket.destroy()
  await eventually(() => inFlight() === 0 && log.some(({ callerGone }) => callerGone === true), 'it has gone')
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
  const startedAt = performance.now()
  const caller = dial(port, { paused: true })
  caller.send('GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => endedAt > 0, 'CATAPA is let go')
  assertNotBefore(endedAt - startedAt, 500)
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
    await eventually(() => caller.bytes() >= bytes, `${bytes} bytes arrive`, 60_000)
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
  await uploading.until(/ok$/)
  uploading.socket.destroy()
  const after = rssMb()
  assert.ok(whileStalled - before < 30, `${before} MB, then ${whileStalled} MB while readers stall`)
  assert.ok(after - before < 30, `${before} MB, then ${after} MB after large bodies`)
})
