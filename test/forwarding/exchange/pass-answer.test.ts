// design/promises 3.9 and 3.13: a body that is lost on the way is never ended cleanly, and no write is ever repeated.
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestSidecar, startUpstream } from '../../support/sidecar.ts'
import { ask, type Dial, dial, eventually, ok, problemIn, sleep, startRawUpstream } from '../../support/wire.ts'

const MB = 1024 * 1024
const half = 'x'.repeat(2000)

/** What an upstream writes before it dies. */
const begun = {
  'a length': `HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n${half}`,
  chunks: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${half.length.toString(16)}\r\n${half}\r\n`,
  'half a chunk': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${(4000).toString(16)}\r\n${half}`,
}
const deaths = {
  FIN: (socket: Socket) => socket.end(),
  RST: (socket: Socket) => socket.resetAndDestroy(),
}

/**
 * Asks, and lets CATAPA lose the rest once the caller has read what there is of the answer: Node tells a reset that comes with data as
 * an end.
 */
async function askAndLose(port: number, request: string, bodyBytes: number, lose: () => void): Promise<Ended> {
  const caller = dial(port)
  caller.send(request)
  await eventually(() => caller.text().replace(/^[\s\S]*?\r\n\r\n/, '').length >= bodyBytes, 'what there is of it')
  lose()
  return caller.closed
}

type Ended = Awaited<Dial['closed']>

for (const [framing, bytes] of Object.entries(begun)) {
  for (const [death, die] of Object.entries(deaths)) {
    test(`an answer with ${framing} that CATAPA ends by ${death} is a reset to a keep-alive caller and a 502 to the blind`, async (t) => {
      let lose = () => {}
      const upstream = await startRawUpstream(t, async ({ head, socket }) => {
        socket.write(bytes)
        lose = () => die(socket)
        if (head.startsWith('GET /seeing')) return
        await sleep(30)
        lose()
      })
      const { port } = await startTestSidecar(t, upstream.url)
      const keptAlive = 'GET /seeing HTTP/1.1\r\nHost: localhost\r\n\r\n'
      const seeing = await askAndLose(port, keptAlive, half.length, () => lose())
      assert.equal(seeing.how, 'ECONNRESET')
      assert.match(seeing.text, /^HTTP\/1\.1 200 /)
      assert.doesNotMatch(seeing.text, /\r\n0\r\n/)
      for (const blind of [
        'GET /x HTTP/1.0\r\n\r\n',
        'POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      ]) {
        const { how, text } = await ask(port, blind)
        assert.equal(how, 'end')
        assert.match(text, /^HTTP\/1\.1 502 /)
        const { code, reached } = problemIn(text)
        assert.deepEqual([code, reached], ['upstream_closed', 'maybe'])
      }
      assert.equal(upstream.heard.length, 3, 'nothing is asked for twice once an answer has begun')
    })
  }
}

test('what came of an answer in one packet with its fault goes out before the reset: programs send again where they got nothing', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(`${begun.chunks}no chunk\r\n`))
  const { port, log } = await startTestSidecar(t, upstream.url)
  const callers = await Promise.all(
    Array.from({ length: 8 }, () => ask(port, 'POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}')),
  )
  for (const { how, text } of [...callers, await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n')]) {
    assert.ok(how === 'ECONNRESET' || how === 'end', how) // Node tells a reset that comes with data as an end.
    assert.match(text, /^HTTP\/1\.1 200 /)
    assert.ok(text.includes(half))
    assert.doesNotMatch(text, /\r\n0\r\n/)
  }
  assert.equal(upstream.heard.length, 9)
  assert.deepEqual(
    new Set(log.flatMap(({ msg, problem }) => (msg === 'request' ? [problem] : []))),
    new Set(['upstream_closed']),
  )
})

test('an answer that lasts until the close is whole after a FIN, and lost after a RST', async (t) => {
  let lose = () => {}
  const upstream = await startRawUpstream(t, async ({ head, socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${half}`)
    lose = () => socket.resetAndDestroy()
    if (head.startsWith('GET /seeing')) return
    await sleep(30)
    if (head.startsWith('GET /whole')) socket.end()
    else lose()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const whole = dial(port)
  whole.send('GET /whole HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await whole.until(/\r\n0\r\n\r\n$/)
  whole.socket.destroy()
  const keptAlive = 'GET /seeing HTTP/1.1\r\nHost: localhost\r\n\r\n'
  assert.equal((await askAndLose(port, keptAlive, half.length, () => lose())).how, 'ECONNRESET')
  const blind = await ask(port, 'GET /lost HTTP/1.0\r\n\r\n')
  assert.equal(problemIn(blind.text).code, 'upstream_closed')
})

test('over 1 MiB the blind too are streamed to, and reset when the rest is lost', async (t) => {
  let lose = () => {}
  const upstream = await startRawUpstream(t, async ({ head, socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${3 * MB}\r\n\r\n`)
    socket.write(Buffer.alloc(2 * MB, 'x'))
    lose = () => socket.destroy()
    if (head.startsWith('GET /lost')) return
    await sleep(200)
    socket.write(Buffer.alloc(MB, 'y'))
  })
  const { port } = await startTestSidecar(t, upstream.url)
  for (const head of ['HTTP/1.0\r\n', 'HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n']) {
    const lost = await askAndLose(port, `GET /lost ${head}\r\n`, 2 * MB, () => lose())
    assert.equal(lost.how, 'ECONNRESET')
    const whole = await ask(port, `GET /whole ${head}\r\n`)
    assert.equal(whole.how, 'end')
    assert.equal(whole.text.length - whole.text.indexOf('\r\n\r\n') - 4, 3 * MB)
  }
})

test('an answer of up to 1 MiB reaches the blind whole', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('z'.repeat(MB))))
  const { port } = await startTestSidecar(t, upstream.url)
  const { how, text } = await ask(port, 'GET /x HTTP/1.0\r\n\r\n')
  assert.equal(how, 'end')
  assert.ok(text.endsWith('z'.repeat(1000)))
  assert.equal(text.length - text.indexOf('\r\n\r\n') - 4, MB)
})

test('over a socket file a lost answer is closed without its end', async (t) => {
  const upstream = await startRawUpstream(t, async ({ head, socket }) => {
    socket.write(begun[head.startsWith('GET /length') ? 'a length' : 'chunks'])
    await sleep(30)
    socket.destroy()
  })
  const path = join(tmpdir(), `catapa-sidecar-lost-${process.pid}.sock`)
  await startTestSidecar(t, upstream.url, { listen: [{ kind: 'unix', path, mode: 0o600 }] })
  for (const target of ['/length', '/chunks']) {
    const { text } = await ask(path, `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    assert.match(text, /^HTTP\/1\.1 200 [\s\S]*xxx/)
    assert.doesNotMatch(text, /\r\n0\r\n/)
  }
})

test('a GET or HEAD whose kept connection turns out dead is sent once more; a POST, PUT or DELETE never', async (t) => {
  const dead = new Set<Socket>()
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    // The second request on a connection meets a server that has just given it up.
    if (dead.has(socket)) socket.resetAndDestroy()
    else socket.write(head.startsWith('HEAD') ? ok('alive').slice(0, -5) : ok('alive'))
    dead.add(socket)
  })
  const { port } = await startTestSidecar(t, upstream.url, { upstreamConnections: 1 })
  const send = (method: string) => ask(port, `${method} /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  assert.match((await send('GET')).text, /alive$/)
  assert.match((await send('GET')).text, /alive$/)
  assert.match((await send('HEAD')).text, /^HTTP\/1\.1 200 /)
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const before = upstream.heard.length
    const { text } = await send(method)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_closed', 'maybe'], method)
    assert.equal(upstream.heard.length, before + 1, method)
    assert.match((await send('GET')).text, /alive$/)
  }
})

test('a GET is sent once more, not for ever, and not when a byte of an answer had come', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    const path = head.split(' ')[1]
    if (path === '/byte') socket.write('H', () => socket.end())
    else if (path === '/garbage') socket.end('SSH-2.0-OpenSSH_9.9\r\n')
    else socket.end()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  for (const [path, times] of [
    ['/always', 2],
    ['/byte', 1],
    ['/garbage', 1],
  ] as const) {
    const before = upstream.heard.length
    const { text } = await ask(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_closed', 'maybe'], path)
    assert.equal(upstream.heard.length - before, times, path)
  }
})

/** Marsaglia's xorshift: the same run every time. */
function randomness(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

test('600 POSTs with resets on both sides: none arrives twice, none answered is missing, `reached` is true', async (t) => {
  const random = randomness(20_261_124)
  const heads = new Map<string, number>()
  const carriedOut = new Map<string, number>()
  const count = (map: Map<string, number>, id: string) => map.set(id, (map.get(id) ?? 0) + 1)
  const sockets = new Set<Socket>()

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    let judged = -1
    if (random() < 0.01) {
      socket.resetAndDestroy()
      return
    }
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end === -1) return
      if (text.startsWith('POST /oauth/token')) {
        const token = JSON.stringify({ access_token: 'token-1', token_type: 'bearer', expires_in: 3600 })
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`)
        text = ''
        return
      }
      const id = /^POST \/pay\/(\d+) /.exec(text)?.[1] ?? ''
      const chunked = /\r\ntransfer-encoding: chunked/i.test(text)
      const length = chunked
        ? text.indexOf('0\r\n\r\n', end) + 1 - end
        : Number(/content-length: (\d+)/i.exec(text)?.[1])
      if (judged === -1) {
        count(heads, id)
        judged = random()
        if (judged < 0.03) {
          socket.resetAndDestroy() // With the body perhaps on its way.
          return
        }
      }
      if (length <= 0 || text.length < end + 4 + length) return
      const fate = judged
      judged = -1
      text = text.slice(end + 4 + length)
      count(carriedOut, id)
      const answer = `HTTP/1.1 201 Created\r\nContent-Length: ${id.length}\r\n\r\n${id}`
      if (fate < 0.06) socket.resetAndDestroy()
      else if (fate < 0.08) socket.end()
      else if (fate < 0.1) socket.write(answer.slice(0, 10), () => socket.resetAndDestroy())
      else if (fate < 0.12) socket.write(answer.slice(0, -1), () => socket.resetAndDestroy())
      else if (fate < 0.16) socket.write(answer, () => socket.resetAndDestroy())
      else if (fate < 0.2) socket.write(answer, () => setTimeout(() => socket.destroy(), random() * 5))
      else if (fate < 0.25) socket.end(answer.replace('\r\n', '\r\nConnection: close\r\n'))
      else if (fate < 0.4) setTimeout(() => socket.destroyed || socket.write(answer), random() * 10)
      else socket.write(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = await startTestSidecar(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    upstreamConnections: 16,
  })

  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  t.after(() => agent.destroy())
  const outcomes = { created: 0, problems: 0, cut: 0, left: 0 }
  const pay = (id: string) =>
    new Promise<void>((resolve, reject) => {
      const body = Buffer.alloc(random() < 0.1 ? 200_000 : 50, 'p')
      const headers: Record<string, string | number> =
        random() < 0.5 ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' }
      if (random() < 0.2) headers.connection = 'close'
      if (headers['transfer-encoding'] !== undefined && body.length > 1000) delete headers['transfer-encoding']
      const posting = request({ port, method: 'POST', path: `/pay/${id}`, agent, headers }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', () => {
          outcomes.cut += 1
          resolve()
        })
        response.on('end', () => {
          try {
            if (response.statusCode === 201) {
              outcomes.created += 1
              assert.equal(text, id)
              assert.equal(carriedOut.get(id), 1, `${id} was answered 201`)
            } else {
              outcomes.problems += 1
              const { code, reached } = JSON.parse(text)
              assert.ok(['upstream_closed', 'upstream_unreachable'].includes(code), code)
              if (reached === 'no') assert.equal(heads.get(id), undefined, `${id}: reached is "no"`)
            }
            resolve()
          } catch (error) {
            reject(error)
          }
        })
      })
      posting.on('error', () => {
        outcomes.cut += 1
        resolve()
      })
      if (random() < 0.03) {
        setTimeout(() => {
          outcomes.left += 1
          posting.destroy()
          resolve()
        }, random() * 5)
      }
      posting.end(body)
    })
  let next = 0
  const worker = async () => {
    while (next < 600) await pay(String(next++))
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  assert.deepEqual(
    [...heads].filter(([, times]) => times > 1),
    [],
    'no POST arrived twice',
  )
  assert.ok(outcomes.created > 450, JSON.stringify(outcomes))
  assert.ok(outcomes.problems > 15, JSON.stringify(outcomes))
  await eventually(() => sockets.size <= 20, 'the connections are no more than allowed')
})

test('a GET whose second attempt finds nobody may have reached CATAPA by its first', async (t) => {
  const upstream = await startUpstream(t, () => {
    upstream.server.close()
    upstream.server.closeAllConnections()
  })
  const { port } = await startTestSidecar(t, upstream.url)
  const { text } = await ask(port, 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['upstream_unreachable', 'maybe'])
})
