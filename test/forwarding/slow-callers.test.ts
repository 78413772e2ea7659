// design/promises 3.8: a body that brings less than 1 KiB in 30 s after its first 30 s is silence, and so is an answer
// that its caller takes more slowly. Here half a minute is shorter.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, type TestContext, test } from 'node:test'
import { startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { ask, type Dial, dial, eventually, ok, problemIn, sleep, startRawUpstream } from '../support/wire.ts'

// Long enough for a busy machine: whoever stands still for half of it is looked at anew.
const windowMs = 3000
const line = (text: string, rest = '') => `${text} HTTP/1.1\r\nHost: localhost\r\n${rest}\r\n`
const chunked = 'Transfer-Encoding: chunked\r\n'
const get = line('GET /other', 'Connection: close\r\n')

/** A caller that is gone when the test ends, however it ends. */
function call(t: TestContext, ...to: Parameters<typeof dial>): Dial {
  const caller = dial(...to)
  t.after(() => caller.socket.destroy())
  return caller
}

/** Does something again and again until the connection has ended. */
async function whileOpen({ socket }: Dial, everyMs: number, act: () => void): Promise<void> {
  while (!socket.destroyed) {
    act()
    await sleep(everyMs)
  }
}

/** Sends one byte, as a chunk, again and again. */
function trickle(t: TestContext, port: number, head: string, bytes = () => 1): Dial {
  const caller = call(t, port)
  caller.send(head)
  void whileOpen(caller, windowMs / 6, () => caller.send(`${bytes().toString(16)}\r\n${'a'.repeat(bytes())}\r\n`))
  return caller
}

/** What a caller got in the end, if it comes to that in time. */
async function endOf(caller: Dial): Promise<Awaited<Dial['closed']>> {
  await caller.until(/\r\n\r\n\{.*\}$/, 90_000)
  return caller.closed
}

/** A CATAPA that has an endless answer for `GET /large`, and a short one for whoever has sent all of its request. */
function generous(t: TestContext) {
  const piece = Buffer.alloc(1024 * 1024)
  return startRawUpstream(t, ({ head, socket }) => {
    if (!head.startsWith('GET /large')) return void socket.write(ok('fine'))
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1e12}\r\n\r\n`)
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', more)
    more()
  })
}

// They mostly wait.
describe('the pace of callers', { concurrency: true }, () => {
  test('64 callers that send a byte now and then hold the places no longer than two such times; who waits is overloaded meanwhile', async (t) => {
    const upstream = await startRawUpstream(
      t,
      ({ head, socket }) => head.startsWith('GET ') && socket.write(ok('fine')),
      {
        early: true,
      },
    )
    const options = { paceWindowMs: windowMs }
    const { port, log, tokens } = await startTestSidecar(t, upstream.url, { queueTimeoutMs: 1 }, options)
    await tokens.get()
    // They become slow once all of them are there, however long that takes.
    let bytes = 2000
    const slow = Array.from({ length: 64 }, () => trickle(t, port, line('POST /x', chunked), () => bytes))
    await eventually(() => upstream.heard.length === 64, 'all places are taken')
    const waiting = await ask(port, get)
    assert.deepEqual([problemIn(waiting.text).code, problemIn(waiting.text).reached], ['overloaded', 'no'])
    bytes = 1
    const slowAt = performance.now()
    for (const { text } of await Promise.all(slow.map(endOf))) {
      assert.match(text, /^HTTP\/1\.1 408 [\s\S]*^connection: close\r\n/im)
      const { code, reached, detail } = problemIn(text)
      assert.deepEqual([code, reached], ['request_timeout', 'maybe'])
      assert.match(detail, /too slowly/)
    }
    const tookMs = performance.now() - slowAt
    assert.ok(tookMs >= windowMs - 10, `they have such a time for themselves: ${tookMs} ms`)
    assert.match((await ask(port, get)).text, /fine$/)
    const told = log.find(({ problem }) => problem === 'request_timeout')
    assert.equal(told?.status, 408)
  })

  test('a body that comes slowly, but not as slowly as that, arrives whole, however long it takes', async (t) => {
    const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('whole')))
    const { port } = await startTestSidecar(t, upstream.url, {}, { paceWindowMs: windowMs })
    const caller = call(t, port)
    caller.send(line('POST /x', `Connection: close\r\nContent-Length: ${12 * 2000}\r\n`))
    for (let i = 0; i < 12; i++) {
      caller.send('x'.repeat(2000))
      await sleep(windowMs / 3)
    }
    assert.match((await caller.closed).text, /whole$/)
    assert.equal(upstream.heard[0]?.body.length, 12 * 2000)
  })

  test('a caller that CATAPA makes wait is not slow', async (t) => {
    let reading = false
    const upstream = await startUpstream(t, undefined, (incoming, response) => {
      setTimeout(() => {
        reading = true
        incoming.resume().once('end', () => response.end('whole'))
      }, 3 * windowMs)
    })
    const { port } = await startTestSidecar(t, upstream.url, {}, { paceWindowMs: windowMs })
    const size = 20 * 1024 * 1024
    const caller = call(t, port)
    caller.send(line('POST /x', `Connection: close\r\nContent-Length: ${size}\r\n`))
    for (let sent = 0; sent < size && !caller.socket.destroyed; sent += 65_536) {
      if (!caller.socket.write(Buffer.alloc(65_536))) await once(caller.socket, 'drain')
    }
    assert.ok(reading, 'it was not all taken before CATAPA read on')
    assert.match((await caller.closed).text, /whole$/)
  })

  for (const replay of ['safe', 'buffered'] as const) {
    test(`${replay}: a body of which too little comes before it is sent on is request_timeout, and CATAPA hears nothing`, async (t) => {
      const upstream = await startRawUpstream(t, () => {}, { early: true })
      const { port } = await startTestSidecar(t, upstream.url, { replay }, { paceWindowMs: windowMs })
      const caller = call(t, port)
      caller.send(line('POST /x', 'Content-Length: 1000\r\n'))
      if (replay === 'buffered') void whileOpen(caller, windowMs / 6, () => caller.send('a'))
      const { code, reached } = problemIn((await endOf(caller)).text)
      assert.deepEqual([code, reached], ['request_timeout', 'no'])
      assert.equal(upstream.heard.length, 0)
    })
  }

  test('the same holds for a token request that is answered with a placeholder', async (t) => {
    const upstream = await startRawUpstream(t, () => {})
    const { port } = await startTestSidecar(t, upstream.url, {}, { paceWindowMs: windowMs })
    const { text, afterMs } = await endOf(trickle(t, port, line('POST /oauth/token', chunked)))
    assert.ok(afterMs >= 2 * windowMs - 10, `the first such time is free: ${afterMs} ms`)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['request_timeout', 'no'])
  })

  test('a caller that takes a byte of its answer now and then is cut, and its place is free', async (t) => {
    const upstream = await generous(t)
    const settings = { upstreamConnections: 1, queueTimeoutMs: 60_000 }
    const { port, log } = await startTestSidecar(t, upstream.url, settings, { paceWindowMs: windowMs })
    const slow = call(t, port, { paused: true })
    slow.send(line('GET /large'))
    await eventually(() => upstream.heard.length === 1, 'its answer has begun')
    void whileOpen(slow, windowMs / 15, () => void slow.socket.read(1))
    assert.match((await ask(port, get)).text, /fine$/)
    const cut = log.find(({ problem }) => problem !== undefined)
    assert.deepEqual([cut?.status, cut?.problem], [200, 'request_timeout'])
    assert.match(String(cut?.detail), /read the answer too slowly/)
    const ms = Number(cut?.durationMs)
    assert.ok(ms >= 2 * windowMs - 10, `${ms} ms`)
  })

  test('a caller that reads on, some 100 KB at a time, keeps its answer though the kernel takes over 1 MB at a time', {
    skip: process.platform !== 'linux',
  }, async (t) => {
    const upstream = await generous(t)
    const { addresses, port, log } = await startTestSidecar(t, upstream.url, {}, { paceWindowMs: windowMs })
    const hosts = addresses.length > 1 ? ['127.0.0.1', '::1'] : ['127.0.0.1']
    const callers = hosts.map((host) => call(t, { port, host }, { paused: true }))
    for (const caller of callers) caller.send(line('GET /large'))
    // Some 100 KB each third of a second, and what the machine made it miss afterwards.
    const beganAt = performance.now()
    for (let ms = 0; ms < 4 * windowMs; ms = performance.now() - beganAt) {
      for (const { socket } of callers) if (socket.bytesRead < ms * 300) socket.read()
      await sleep(windowMs / 30)
    }
    for (const { socket } of callers) assert.ok(socket.bytesRead > 0 && !socket.destroyed)
    assert.ok(!log.some(({ msg }) => msg === 'request'), 'none has ended')
  })

  test('an answer that CATAPA sends slowly is not its caller’s fault', async (t) => {
    const upstream = await startRawUpstream(t, async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n')
      for (let i = 0; i < 20; i++) {
        await sleep(windowMs / 6)
        socket.write('x')
      }
    })
    const { port } = await startTestSidecar(t, upstream.url, {}, { paceWindowMs: windowMs })
    const streaming = call(t, port)
    streaming.send(line('GET /x'))
    const collected = ask(port, line('GET /x', 'Connection: close\r\n'))
    await streaming.until(/x{20}$/)
    assert.match((await collected).text, /x{20}$/)
  })
})
