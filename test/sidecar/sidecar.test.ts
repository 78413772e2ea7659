// design/promises 2.12, 3.13 and 3.18: a request that was read is always answered (design/field 38).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { readLogin } from '../../src/login/login-file.ts'
import { ListenError } from '../../src/network/listen.ts'
import { press, startAdministered } from '../support/admin.ts'
import { loginWith, stateFolder, store } from '../support/login.ts'
import { listenOnFreePort, startTestSidecar } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import {
  ask,
  type Dial,
  dial,
  eventually,
  gate,
  ok,
  patient,
  problemIn,
  sleep,
  startRawUpstream,
} from '../support/wire.ts'

/** A grace period that nothing waits for the end of. */
const longMs = 60_000

const line = (text: string, rest = '') => `${text} HTTP/1.1\r\nHost: localhost\r\n${rest}\r\n`

test('what is in flight is answered; new requests get draining until the last has ended; then nobody listens', async (t) => {
  let release = () => {}
  const upstream = await startRawUpstream(t, ({ socket }) => {
    release = () => socket.write(ok('answered'))
  })
  const sidecar = await startTestSidecar(t, upstream.url, { ...patient, shutdownGraceMs: patient.bodyTimeoutMs })
  const inFlight = dial(sidecar.port)
  inFlight.send(line('POST /pay'))
  const idle = dial(sidecar.port)
  await eventually(() => upstream.heard.length === 1, 'one is in flight')
  const stopped = sidecar.stop()
  for (const caller of [idle, dial(sidecar.port)]) {
    caller.send(line('POST /new', 'Content-Length: 1\r\n'))
    caller.send('a')
    const { text, how } = await caller.closed
    assert.match(text, /^HTTP\/1\.1 503 [\s\S]*^connection: close\r\n/im)
    assert.match(text, /^retry-after: ([1-9]|10)\r\n/im)
    assert.deepEqual([problemIn(text).code, problemIn(text).reached], ['draining', 'no'])
    assert.equal(how, 'end')
  }
  release()
  assert.match(await inFlight.until(/answered$/), /^HTTP\/1\.1 200 /)
  await stopped
  assert.equal(upstream.heard.length, 1)
  assert.equal((await dial(sidecar.port).closed).how, 'ECONNREFUSED')
})

type Case = { name: string; caller: Dial; expected: RegExp }

/** Each is answered so, with the one `Connection: close`, and its connection ends. */
async function assertClosing(cases: Case[]): Promise<void> {
  for (const { name, caller, expected } of cases) {
    const { text, how } = await caller.closed
    assert.match(text, expected, name)
    assert.match(text, /^connection: close\r\n/im, name)
    assert.equal(text.match(/^connection:/gim)?.length, 1, name)
    assert.equal(how, 'end', name)
  }
}

test('while draining every answer says Connection: close and the connection ends: what was in flight, refusals, the placeholder', async (t) => {
  const held = new Map<string, Socket>()
  const upstream = await startRawUpstream(t, ({ head, socket }) => held.set(head.split(' ')[1] ?? '', socket), {
    early: true,
  })
  const origin = 'https://app.example'
  const sidecar = await startTestSidecar(t, upstream.url, {
    shutdownGraceMs: longMs,
    maxBodyBytes: 1000,
    allowedOrigins: new Set([origin]),
  })
  await sidecar.tokens.get()
  const before = (name: string, bytes: string, expected: RegExp) => {
    const caller = dial(sidecar.port)
    caller.send(bytes)
    return { name, caller, expected }
  }
  const chunked = 'Transfer-Encoding: chunked\r\n'
  const inFlight = [
    before('a length', line('GET /length'), /^HTTP\/1\.1 200 [\s\S]*fine$/),
    before('chunks', line('GET /chunks'), /^HTTP\/1\.1 200 [\s\S]*fine\r\n0\r\n\r\n$/),
    before('no body', line('DELETE /none'), /^HTTP\/1\.1 204 /),
    before('HEAD', line('HEAD /head'), /^HTTP\/1\.1 200 /),
    before('HTTP/1.0', 'GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', /^HTTP\/1\.1 200 [\s\S]*fine$/),
    before('an allowed page', line('GET /page', `Origin: ${origin}\r\n`), /^HTTP\/1\.1 200 [\s\S]*fine$/),
    before('a 401', `${line('POST /401', 'Content-Length: 1\r\n')}a`, /^HTTP\/1\.1 401 /),
    before('lost', line('POST /lost'), /^HTTP\/1\.1 502 .*upstream_closed/),
    before('too large', `${line('POST /too-large', chunked)}1\r\na\r\n`, /^HTTP\/1\.1 413 /),
    before(
      'placeholder',
      `${line('POST /oauth/token', 'Content-Length: 2\r\n')}a`,
      /^HTTP\/1\.1 200 [\s\S]*"catapa-sidecar"/,
    ),
  ]
  await eventually(() => held.size === inFlight.length - 1, 'all but the placeholder are at CATAPA')
  const stopped = sidecar.stop()
  const now = [
    before('new', `${line('POST /new', 'Content-Length: 1\r\n')}a`, /^HTTP\/1\.1 503 .*draining/),
    before(
      'preflight',
      line('OPTIONS /x', `Origin: ${origin}\r\nAccess-Control-Request-Method: PUT\r\n`),
      /^HTTP\/1\.1 503 /,
    ),
    before('host', 'GET /x HTTP/1.1\r\nHost: other.example\r\n\r\n', /^HTTP\/1\.1 421 /),
    before('method', line('TRACE /x'), /^HTTP\/1\.1 405 /),
    before('connect', line('CONNECT other.example:443'), /^HTTP\/1\.1 405 /),
    before('target', line('GET /../x'), /^HTTP\/1\.1 400 /),
    before('foreign page', line('GET /x', 'Origin: https://other.example\r\n'), /^HTTP\/1\.1 403 /),
    before('tenant', line('GET /x', 'Tenant: other\r\n'), /^HTTP\/1\.1 403 /),
    before('loop', line('GET /x', 'Via: 1.1 catapa-sidecar\r\n'), /^HTTP\/1\.1 508 /),
    before('garbage', 'garbage\r\n\r\n', /^HTTP\/1\.1 400 /),
  ]
  await assertClosing(now)
  const answers: Record<string, string> = {
    '/length': ok('fine'),
    '/chunks': `HTTP/1.1 200 OK\r\n${chunked}\r\n4\r\nfine\r\n0\r\n\r\n`,
    '/none': 'HTTP/1.1 204 No Content\r\n\r\n',
    '/head': 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n',
    '/old': ok('fine'),
    '/page': ok('fine'),
    '/401': 'HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n',
  }
  for (const [path, answer] of Object.entries(answers)) held.get(path)?.write(answer)
  held.get('/lost')?.destroy()
  for (const { name, caller } of inFlight) {
    if (name === 'too large') caller.send(`7d0\r\n${'a'.repeat(2000)}\r\n0\r\n\r\n`)
    if (name === 'placeholder') caller.send('b')
  }
  await assertClosing(inFlight)
  await stopped
})

test('before draining begins, also during SIDECAR_SHUTDOWN_DELAY, connections are kept', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownDelayMs: 2000 })
  const caller = dial(sidecar.port)
  caller.send(line('GET /1'))
  await caller.until(/ok$/)
  const stopped = sidecar.stop()
  caller.send(line('GET /2'))
  const text = await caller.until(/ok[\s\S]*ok$/)
  assert.doesNotMatch(text, /connection: close/i)
  await stopped
})

test('a token request whose body is not there when the grace period ends is answered too', async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: 100 })
  const caller = dial(sidecar.port)
  caller.send(`${line('POST /oauth/token', 'Content-Length: 2\r\n')}a`)
  await eventually(() => sidecar.log.some(({ msg }) => /asks for a token/.test(String(msg))), 'it has arrived')
  await sidecar.stop()
  const { code, reached } = problemIn((await caller.closed).text)
  assert.deepEqual([code, reached], ['draining', 'no'])
})

test('idle connections delay nothing', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok()))
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: longMs })
  const used = dial(sidecar.port)
  used.send(line('GET /x'))
  await used.until(/ok$/)
  const fresh = dial(sidecar.port)
  await once(fresh.socket, 'connect')
  const startedAt = performance.now()
  await sidecar.stop()
  assert.ok(performance.now() - startedAt < longMs / 2, `${performance.now() - startedAt} ms`)
  await used.closed
  await fresh.closed
})

test('at the end of the grace period each request is told where it stood, and none is met by a bare close', async (t) => {
  const upstream = await startRawUpstream(t, ({ head, socket }) => {
    if (head.startsWith('GET /half')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')
  })
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: 200, upstreamConnections: 2 })
  await sidecar.tokens.get()
  const working = dial(sidecar.port)
  working.send(line('POST /working'))
  const half = dial(sidecar.port)
  half.send(line('GET /half'))
  await half.until(/half$/)
  await eventually(() => upstream.heard.length === 2, 'two are in flight')
  const queued = Array.from({ length: 5 }, (_, i) => {
    const caller = dial(sidecar.port)
    caller.send(line(`POST /queued-${i}`))
    return caller
  })
  await eventually(() => sidecar.waiting() === 5, 'five wait')
  const startedAt = performance.now()
  await sidecar.stop()
  const tookMs = performance.now() - startedAt
  assert.ok(tookMs > 180 && tookMs < longMs / 2, `${tookMs} ms`)
  const { text, how } = await working.closed
  const interrupted = problemIn(text)
  assert.deepEqual([interrupted.code, interrupted.reached, how], ['interrupted', 'maybe', 'end'])
  assert.deepEqual(text.match(/^connection:.*$/gim), ['connection: close'])
  assert.equal((await half.closed).how, 'ECONNRESET')
  for (const { closed } of queued) {
    const { code, reached } = problemIn((await closed).text)
    assert.deepEqual([code, reached], ['draining', 'no'])
  }
  assert.equal(upstream.heard.length, 2, 'what had waited was not sent in the last moment')
})

test('who waits for a token is answered too', async (t) => {
  const upstream = await startRawUpstream(t, () => {}, { beforeToken: () => new Promise(() => {}) })
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: 100 })
  const waiting = ask(sidecar.port, line('POST /x'))
  await eventually(() => sidecar.waiting() === 1, 'it waits')
  await sidecar.stop()
  const { code, reached } = problemIn((await waiting).text)
  assert.ok(['draining', 'token_unavailable'].includes(code), code)
  assert.equal(reached, 'no')
})

for (const replay of ['safe', 'buffered'] as const) {
  test(`${replay}: who is still sending its body at the end is answered`, async (t) => {
    const upstream = await startRawUpstream(t, () => {})
    const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: 100, replay })
    await sidecar.tokens.get()
    const sending = ask(sidecar.port, `${line('POST /x', 'Content-Length: 10\r\n')}half`)
    const begun = () => (replay === 'safe' ? upstream.connections() : sidecar.inFlight()) === 1
    await eventually(begun, 'its beginning has come')
    await sidecar.stop()
    const { code, reached } = problemIn((await sending).text)
    assert.deepEqual([code, reached], replay === 'safe' ? ['interrupted', 'maybe'] : ['draining', 'no'])
  })
}

test('an answer that is still leaving is waited for: a slow reader gets it whole', async (t) => {
  const size = 8 * 1024 * 1024
  const upstream = await startRawUpstream(t, ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
    socket.write(Buffer.alloc(size, 'x'))
  })
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: longMs })
  const slow = dial(sidecar.port, { keep: false })
  slow.send(line('GET /x', 'Connection: close\r\n'))
  slow.socket.once('data', () => {
    slow.socket.pause()
    setTimeout(() => slow.socket.resume(), 500)
  })
  await eventually(() => slow.bytes() > 0, 'it has begun')
  await sidecar.stop()
  const { how } = await slow.closed
  assert.equal(how, 'end')
  assert.ok(slow.bytes() > size)
})

test('200 requests around a stop: each gets an answer of CATAPA’s or draining, or could not connect', async (t) => {
  const answers = gate()
  const upstream = await startRawUpstream(t, ({ socket }) => answers.opened.then(() => socket.write(ok('fine'))))
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: longMs })
  await sidecar.tokens.get()
  const outcomes: Promise<string>[] = []
  const one = async (): Promise<string> => {
    const caller = dial(sidecar.port)
    caller.send(line('POST /x', 'Connection: close\r\nContent-Length: 3\r\n'))
    caller.send('abc')
    const { how, text } = await caller.closed
    if (text.endsWith('fine')) return 'fine'
    if (text !== '') return problemIn(text).code
    return caller.socket.bytesWritten === 0 || how === 'ECONNREFUSED' ? 'no connection' : how
  }
  for (let i = 0; i < 100; i++) outcomes.push(one())
  await eventually(() => upstream.heard.length > 10, 'some are in flight')
  const stopped = sidecar.stop()
  for (let i = 0; i < 100; i++) {
    outcomes.push(one())
    if (i % 10 === 0) await sleep(1)
    if (i !== 50) continue
    assert.equal(await outcomes[100], 'draining', 'while some are in flight')
    answers.open()
  }
  await stopped
  const seen = new Set(await Promise.all(outcomes))
  for (const outcome of seen) assert.ok(['fine', 'draining', 'no connection', 'ECONNRESET'].includes(outcome), outcome)
  assert.ok(seen.has('fine') && seen.has('draining'))
})

test('stop() is bounded even when a caller never reads what it asked for', async (t) => {
  const upstream = await startRawUpstream(t, ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`)
    socket.write(Buffer.alloc(64 * 1024 * 1024))
  })
  const sidecar = await startTestSidecar(t, upstream.url, { shutdownGraceMs: 100 })
  const deaf = dial(sidecar.port, { paused: true })
  deaf.send(line('GET /x'))
  await eventually(() => upstream.heard.length === 1, 'it is in flight')
  const startedAt = performance.now()
  await sidecar.stop()
  assert.ok(performance.now() - startedAt < 30_000)
  deaf.socket.destroy()
})

test('a stop waits for the refresh under way: the token that replaces the stored one is stored', async (t) => {
  let asked = false
  const server = createServer((_request, response) => {
    asked = true
    const issued = { access_token: 'token-1', token_type: 'bearer', expires_in: 3600, refresh_token: 'refresh-token-2' }
    setTimeout(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(issued)), 500)
  })
  const url = `http://127.0.0.1:${await listenOnFreePort(t, server)}`
  const stateDir = stateFolder(t)
  await store(stateDir, loginWith(url, 'refresh-token-1'))
  const sidecar = await startTestSidecar(t, url, { grant: 'authorization_code', stateDir })
  await eventually(() => asked, 'the refresh is under way')
  await sidecar.stop()
  const reading = await readLogin(stateDir)
  assert.equal('login' in reading && reading.login.refreshToken, 'refresh-token-2')
})

test('who asks it to end while it is ending asks for nothing more', async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const sidecar = await startAdministered(t, upstream.url, { quit: true, shutdownDelayMs: 3000 })
  let requested = 0
  sidecar.quitRequested.then(() => {
    requested += 1
  })
  const stopped = sidecar.stop()
  assert.equal((await press(sidecar, '/quitquitquit')).status, 200)
  await stopped
  assert.equal(requested, 0)
})

test('where the admin listener cannot listen, the data listener is closed again', {
  skip: process.platform === 'win32' && 'there are no socket files',
}, async (t) => {
  const upstream = await startRawUpstream(t, () => {})
  const folder = temporaryFolder(t)
  const path = join(folder, 'data.sock')
  const settings: Parameters<typeof startTestSidecar>[2] = {
    listen: [{ kind: 'unix', path, mode: 0o600 }],
    adminListen: [{ kind: 'tcp', host: '127.0.0.1', port: upstream.port }],
  }
  await assert.rejects(startTestSidecar(t, upstream.url, settings), ListenError)
  assert.equal((await dial(path).closed).how, 'ENOENT')
})
