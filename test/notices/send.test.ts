import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { trust } from '../../src/network/connection.ts'
import { usualTries } from '../../src/notices/send.ts'
import { failureWords } from '../../src/notices/words.ts'
import { makeCertificate } from '../support/certificate.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { message } from '../support/notices.ts'
import { canary, noProxies, startReceiver, testSender } from '../support/receivers.ts'
import { type Ending, listenOnFreePort, secret } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

secret(canary)

/** Lets the sender wait, and time pass by what it waits for. */
async function passes(clock: TestClock, ms: number): Promise<void> {
  await eventually(() => clock.timers() === 1, 'a wait')
  await clock.advance(ms - 1)
  assert.equal(clock.timers(), 1, `it waits for less than ${ms} ms`)
  await clock.advance(1)
}

/** Nothing of the URL but its host may be in what is handed on. */
function assertClean(outcome: unknown): void {
  assert.ok(!inspect(outcome, { depth: 9, showHidden: true }).includes(canary))
}

async function startRaw(t: Ending, serve: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>()
  const server: Server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return new URL(`http://127.0.0.1:${address.port}/${canary}`)
}

test('a message is posted once, with the login of the URL as Basic; the next one takes the same connection', async (t) => {
  const { url, heard } = await startReceiver(t)
  const { send, shown } = testSender(t, { kind: 'ntfy', url })
  assert.equal(shown, 'ntfy 127.0.0.1')
  assert.equal(await send(message()), 'taken')
  assert.equal(await send(message()), 'taken')
  assert.equal(heard.length, 2)
  const [first] = heard
  assert.equal(first?.url, `/${canary}?key=${canary}`)
  assert.equal(first?.headers.authorization, `Basic ${Buffer.from(`user:${canary}`).toString('base64')}`)
  assert.equal(first?.headers.title, 'catapa-sidecar')
  assert.match(first?.body ?? '', /^CATAPA cannot be reached/)
})

test('a receiver that is down gets three tries, 2 s and 8 s apart; then the failure says why', async (t) => {
  const clock = testClock()
  const url = new URL(`http://user:${canary}@127.0.0.1:1/${canary}`)
  const sending = testSender(t, { kind: 'json', url }, { clock }).send(message())
  await passes(clock, 2_000)
  await passes(clock, 8_000)
  const outcome = await sending
  assert.deepEqual(outcome, { is: 'lost', facts: { why: 'connection_refused', to: '127.0.0.1:1' } })
  assertClean(outcome)
})

test('a receiver that hangs has its time for each try, and no more', async (t) => {
  const url = await startRaw(t, () => {})
  const tries = { ...usualTries, timeoutMs: 100, waitsMs: [] }
  const outcome = await testSender(t, { kind: 'json', url }, { tries }).send(message())
  assert.deepEqual(outcome, { is: 'lost', facts: { why: 'timeout' } })
  assertClean(outcome)
  assert.equal(usualTries.timeoutMs, 10_000)
})

test('after a 500 it is sent again, and taken', async (t) => {
  const clock = testClock()
  const { url, heard } = await startReceiver(t, (number, response) =>
    response.writeHead(number === 1 ? 500 : 204).end(),
  )
  const sending = testSender(t, { kind: 'slack', url }, { clock }).send(message())
  await passes(clock, 2_000)
  assert.equal(await sending, 'taken')
  assert.equal(heard[0]?.body, heard[1]?.body)
})

for (const [name, headers, ms] of [
  ['seconds', { 'Retry-After': '90' }, 90_000],
  ['less than the usual wait', { 'Retry-After': '1' }, 2_000],
  [
    'a date, compared with the Date of the same answer',
    { 'Retry-After': 'Fri, 27 Nov 2026 12:05:00 GMT', Date: 'Fri, 27 Nov 2026 12:04:00 GMT' },
    60_000,
  ],
  ['ten minutes', { 'Retry-After': '600' }, 600_000],
] as const) {
  test(`429 with Retry-After of ${name} is heeded`, async (t) => {
    const clock = testClock()
    const { url } = await startReceiver(t, (number, response) =>
      number === 1 ? response.writeHead(429, headers).end() : response.end(),
    )
    const sending = testSender(t, { kind: 'googlechat', url }, { clock }).send(message())
    await passes(clock, ms)
    assert.equal(await sending, 'taken')
  })
}

test('429 of Telegram says the wait in its body', async (t) => {
  const clock = testClock()
  const { url } = await startReceiver(t, (number, response) =>
    number === 1
      ? response.writeHead(429).end('{"ok":false,"error_code":429,"parameters":{"retry_after":33}}')
      : response.end('{"ok":true,"result":{}}'),
  )
  const sending = testSender(t, { kind: 'telegram', url }, { clock }).send(message())
  await passes(clock, 33_000)
  assert.equal(await sending, 'taken')
})

test('an answer 200 of Telegram that says no is no, and is not tried again', async (t) => {
  const { url, heard } = await startReceiver(t, (_, response) => response.end('{"ok":false}'))
  const outcome = await testSender(t, { kind: 'telegram', url }).send(message())
  assert.deepEqual(outcome, { is: 'refused', status: 200, retryAfterMs: undefined })
  assert.equal(heard.length, 1)
})

for (const status of [400, 401, 403, 404, 410, 413, 301, 302, 307, 308]) {
  test(`${status} ends it: there is no second try`, async (t) => {
    const { url, heard } = await startReceiver(t, (_, response) =>
      response.writeHead(status, { Location: `http://127.0.0.1:1/${canary}`, 'Retry-After': '1' }).end(canary),
    )
    const outcome = await testSender(t, { kind: 'teams', url }).send(message())
    assert.deepEqual(outcome, { is: 'refused', status, retryAfterMs: 1000 })
    assert.equal(heard.length, 1)
    assertClean(outcome)
  })
}

for (const status of [408, 429, 500, 502, 503]) {
  test(`${status} gets three tries`, async (t) => {
    const clock = testClock()
    const { url, heard } = await startReceiver(t, (_, response) => response.writeHead(status).end(canary))
    const sending = testSender(t, { kind: 'teams', url }, { clock }).send(message())
    await passes(clock, 2_000)
    await passes(clock, 8_000)
    assert.deepEqual(await sending, { is: 'refused', status, retryAfterMs: undefined })
    assert.equal(heard.length, 3)
  })
}

test('a receiver that wants to be left alone for over ten minutes is given up', async (t) => {
  const { url, heard } = await startReceiver(t, (_, response) =>
    response.writeHead(429, { 'Retry-After': '601' }).end(),
  )
  const outcome = await testSender(t, { kind: 'json', url }).send(message())
  assert.deepEqual(outcome, { is: 'refused', status: 429, retryAfterMs: 601_000 })
  assert.equal(heard.length, 1)
})

test('a redirect to another host is not followed', async (t) => {
  const other = await startReceiver(t)
  const { url } = await startReceiver(t, (_, response) => response.writeHead(307, { Location: other.url.href }).end())
  const outcome = await testSender(t, { kind: 'json', url }).send(message())
  assert.ok(outcome !== 'taken' && outcome.is === 'refused')
  assert.equal(other.heard.length, 0)
})

test('an answer without end is cut after 64 KiB, and counts by its status', async (t) => {
  let written = 0
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const url = await startRaw(t, (socket) => {
    const fill = () => {
      while (!socket.destroyed && written < 1e9) {
        written += chunk.length
        if (!socket.write(chunk)) return
      }
    }
    socket.on('drain', fill)
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1e9}\r\n\r\n`)
      fill()
    })
  })
  assert.equal(await testSender(t, { kind: 'json', url }).send(message()), 'taken')
  assert.ok(written < 64e6, `it read on: ${written}`)
})

test('what is no HTTP is lost', async (t) => {
  const url = await startRaw(t, (socket) => socket.once('data', () => socket.end(`220 ${canary}\r\n`)))
  const tries = { ...usualTries, waitsMs: [] }
  const outcome = await testSender(t, { kind: 'json', url }, { tries }).send(message())
  assert.deepEqual(outcome, { is: 'lost', facts: { why: 'not_http' } })
  assertClean(outcome)
})

const company = makeCertificate({ cn: 'chat.example', issuerCn: 'Invented CA', hosts: ['chat.example', '127.0.0.1'] })

async function startTls(t: Ending) {
  let heard = 0
  const server = createTlsServer(company, (_request, response) => {
    heard += 1
    response.end()
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { port: address.port, heard: () => heard }
}

test('a certificate of an unknown CA is refused before anything is said; with that CA it is taken', async (t) => {
  const { port, heard } = await startTls(t)
  const url = new URL(`https://127.0.0.1:${port}/${canary}`)
  const tries = { ...usualTries, waitsMs: [] }
  const outcome = await testSender(t, { kind: 'json', url }, { tries }).send(message())
  assert.ok(outcome !== 'taken' && outcome.is === 'lost' && outcome.facts.why === 'untrusted')
  assert.match(failureWords(outcome).happened, /issued by Invented CA/)
  assert.equal(heard(), 0)
  assertClean(outcome)
  const secureContext = trust(company.ca, undefined)
  assert.equal(await testSender(t, { kind: 'json', url }, { secureContext }).send(message()), 'taken')
})

test('it goes through the outgoing proxy, which sees the host alone; NO_PROXY leaves it out', async (t) => {
  const { port } = await startTls(t)
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(`${request.url} ${JSON.stringify(request.headers)}`)
    const behind = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(behind).pipe(socket)
    })
    for (const end of [socket, behind]) end.on('error', () => {})
    t.after(() => {
      socket.destroy()
      behind.destroy()
    })
  })
  const httpsProxy = new URL(`http://127.0.0.1:${await listenOnFreePort(t, proxy)}`)
  const url = new URL(`https://chat.example/${canary}`)
  const ways = { secureContext: trust(company.ca, undefined), proxies: { ...noProxies, httpsProxy } }
  const one = testSender(t, { kind: 'json', url }, ways)
  assert.equal(await one.send(message()), 'taken')
  await one.close()
  assert.equal(asked.length, 1)
  assert.match(asked[0] ?? '', /^chat\.example:443 /)
  assertClean(asked)
  const direct = new URL(`https://127.0.0.1:${port}/`)
  const exempt = { ...ways, proxies: { ...ways.proxies, noProxy: '127.0.0.1' } }
  assert.equal(await testSender(t, { kind: 'json', url: direct }, exempt).send(message()), 'taken')
  assert.equal(asked.length, 1)
})

test('close ends a wait at once, and leaves no timer', async (t) => {
  const clock = testClock()
  const { url, heard } = await startReceiver(t, (_, response) => response.writeHead(503).end())
  const one = testSender(t, { kind: 'json', url }, { clock })
  const sending = one.send(message())
  await eventually(() => clock.timers() === 1, 'a wait')
  await one.close()
  assert.deepEqual(await sending, { is: 'stopped' })
  assert.deepEqual([clock.timers(), heard.length], [0, 1])
  assert.deepEqual(await one.send(message()), { is: 'stopped' })
})

test('close ends a request under way at once', async (t) => {
  let connected = false
  const url = await startRaw(t, (socket) => {
    socket.once('data', () => {
      connected = true
    })
  })
  const one = testSender(t, { kind: 'json', url })
  const sending = one.send(message())
  await eventually(() => connected, 'a request')
  await one.close()
  assert.deepEqual(await sending, { is: 'stopped' })
})

test('a test message may be tried again after an answer only, not after a connection that failed', async (t) => {
  const tries = { timeoutMs: 10_000, waitsMs: [2_000], longestWaitMs: 8_000, answersOnly: true as const }
  const down = new URL('http://127.0.0.1:1/')
  const outcome = await testSender(t, { kind: 'json', url: down }, { tries, clock: testClock() }).send(message())
  assert.ok(outcome !== 'taken' && outcome.is === 'lost')
  const clock = testClock()
  const { url, heard } = await startReceiver(t, (_, response) => response.writeHead(429).end())
  const sending = testSender(t, { kind: 'json', url }, { tries, clock }).send(message())
  await passes(clock, 2_000)
  assert.ok((await sending) !== 'taken')
  assert.equal(heard.length, 2)
})
