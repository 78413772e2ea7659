// design/promises 14.2: what a `tls:` listener offers, and what becomes of connections that are none.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect as connectSecured } from 'node:tls'
import pino from 'pino'
import { dataServer } from '../../src/forwarding/data-server.ts'
import { newHandshakes } from '../../src/http/handshakes.ts'
import type { SidecarOptions } from '../../src/sidecar/sidecar.ts'
import { type OwnPair, overTls, ownPair, readPair } from '../support/own-certificate.ts'
import { without } from '../support/programs.ts'
import { listenOnFreePort, startTestSidecar, startUpstream, type TestSidecar } from '../support/sidecar.ts'
import { dial, eventually, sleep, startRawUpstream } from '../support/wire.ts'

type Secured = TestSidecar & { pair: OwnPair }

async function startSecured(t: TestContext, options: Partial<SidecarOptions> = {}): Promise<Secured> {
  const pair = ownPair(t, { hosts: ['localhost', '127.0.0.1', 'payroll.office.example', '*.office.example'] })
  const upstream = await startUpstream(t)
  const [settings, certificates] = await overTls(pair)
  return { ...(await startTestSidecar(t, upstream.url, settings, { ...certificates, ...options })), pair }
}

function ask({ port, pair }: Secured, headers: Record<string, string> = {}): Promise<number | string> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', ca: pair.ca, agent: false, headers } as const
    const sent = get(options, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

test('a call over TLS is served, and its connection is kept alive', async (t) => {
  const sidecar = await startSecured(t)
  assert.match(sidecar.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const agent = new Agent({ keepAlive: true, ca: sidecar.pair.ca, maxSockets: 1 })
  t.after(() => agent.destroy())
  for (let i = 0; i < 3; i++) {
    const reused = await new Promise((resolve, reject) => {
      const sent = get({ port: sidecar.port, host: '127.0.0.1', agent }, (answer) => {
        answer.resume().once('end', () => resolve(sent.reusedSocket))
      }).once('error', reject)
    })
    assert.equal(reused, i > 0)
  }
})

test('plain HTTP gets a 400 in plain HTTP that says so, however it is cut', async (t) => {
  const sidecar = await startSecured(t)
  const requests = [
    ['GET /core/v1/employees HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['G', 'ET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [`POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`],
  ]
  for (const pieces of requests) {
    const socket = connect(sidecar.port, '127.0.0.1')
    const heard = textOf(socket)
    for (const piece of pieces) {
      socket.write(piece)
      await sleep(20)
    }
    const text = await heard
    assert.match(text, /^HTTP\/1\.1 400 /)
    assert.match(text, /plain HTTP.*only HTTPS/)
  }
})

function textOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.once('end', () => resolve(text)).once('error', reject)
  })
}

test('the names of its own certificate are allowed in Host, wildcards and other names are not', async (t) => {
  const sidecar = await startSecured(t)
  assert.equal(await ask(sidecar, { Host: `payroll.office.example:${sidecar.port}` }), 200)
  assert.equal(await ask(sidecar, { Host: 'Payroll.Office.Example.' }), 200)
  assert.equal(await ask(sidecar, { Host: 'other.office.example' }), 421)
  assert.equal(await ask(sidecar, { Host: '*.office.example' }), 421)
  assert.equal(await ask(sidecar, { Host: '127.0.0.1.' }), 421)
})

test('its own origin begins with https://', async (t) => {
  const sidecar = await startSecured(t)
  const host = `localhost:${sidecar.port}`
  assert.equal(await ask(sidecar, { Host: host, Origin: `https://${host}` }), 200)
  assert.equal(await ask(sidecar, { Host: host, Origin: `http://${host}` }), 403)
})

test('connections that break off, talk nonsense or reset are no fault of ours, and others are served meanwhile', async (t) => {
  const sidecar = await startSecured(t)
  for (let i = 0; i < 60; i++) {
    const socket = connect(sidecar.port, '127.0.0.1').on('error', () => {})
    socket.once('connect', () => {
      if (i % 3 === 0) socket.resetAndDestroy()
      else socket.end(Buffer.from(i % 3 === 1 ? '16030100ff0100' : '160301000500000000', 'hex'))
    })
  }
  assert.equal(await ask(sidecar), 200)
  await eventually(() => sidecar.log.some(({ msg }) => msg === 'TLS handshake failed'), 'it is told')
  const told = sidecar.log.filter(({ msg }) => msg === 'TLS handshake failed')
  assert.ok(told.length <= 20 && told.every(({ level }) => level === 20))
  assert.deepEqual(
    sidecar.log.filter(({ level }) => Number(level) >= 50),
    [],
  )
})

test('64 handshakes that stand still delay nobody; of over 256 the oldest give way', async (t) => {
  const sidecar = await startSecured(t)
  const silent = new Set<Socket>()
  let cut = 0
  const open = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const socket = connect(sidecar.port, '127.0.0.1').on('error', () => {})
        socket.once('close', () => {
          cut += 1
        })
        silent.add(socket)
        if (index % 2 === 0) socket.write(Buffer.from('16030100ff', 'hex')) // The beginning of a handshake.
        return new Promise((connected) => socket.once('connect', connected))
      }),
    )
  t.after(() => {
    for (const socket of silent) socket.destroy()
  })
  await open(64)
  const beganAt = performance.now()
  assert.equal(await ask(sidecar), 200)
  assert.ok(performance.now() - beganAt < 5000, 'sooner than the others end')
  assert.equal(cut, 0)
  await open(256)
  assert.equal(await ask(sidecar), 200)
  await eventually(() => cut >= 64, 'the oldest are closed')
  await eventually(() => sidecar.log.some(({ why }) => why === 'crowded'), 'it is told')
})

test('a connection that says nothing is closed after 10 s', async (t) => {
  const sidecar = await startSecured(t)
  const beganAt = performance.now()
  const silent = connect(sidecar.port, '127.0.0.1')
  const half = connect(sidecar.port, '127.0.0.1')
  half.write(Buffer.from('1603', 'hex'))
  await Promise.all([silent, half].map((socket) => new Promise((closed) => socket.once('close', closed))))
  assert.ok(performance.now() - beganAt > 9000)
  await eventually(() => sidecar.log.filter(({ why }) => why === 'late').length === 2, 'both are told')
})

test('a head that comes too slowly ends the connection, as on a plain listener', async (t) => {
  const pair = ownPair(t)
  const { certificates: material } = await readPair(pair)
  const tls = { material: () => material, asksForCertificates: () => false, handshakes: newHandshakes(), failed() {} }
  const neverRouted = () => assert.fail('a request arrived')
  for (const listening of [undefined, tls]) {
    const server = dataServer(neverRouted, pino({ level: 'silent' }), () => true, 'en', listening)
    server.headersTimeout = 300 // 60 s; it is looked at every 5 s.
    const port = await listenOnFreePort(t, server)
    const slow = listening ? connectSecured({ port, ca: pair.ca, host: '127.0.0.1' }) : connect(port, '127.0.0.1')
    slow.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    let text = ''
    slow.setEncoding('latin1').on('data', (piece) => {
      text += piece
    })
    await new Promise((closed) => slow.once('close', closed))
    assert.match(text, /^HTTP\/1\.1 408 .*request_timeout/)
  }
})

test('callers are asked for a certificate once somebody could show one, and none is refused for it here', async (t) => {
  let asks = false
  const sidecar = await startSecured(t, { asksForCertificates: () => asks })
  const shown = ownPair(t, { cn: 'caller' })
  const proofs = { none: {}, proper: pairOf(shown), 'of another CA of the same name': pairOf(shown, sidecar.pair.ca) }
  for (const asked of [false, true]) {
    asks = asked
    for (const [what, proof] of Object.entries(proofs)) {
      const agent = new Agent({ keepAlive: true, ca: sidecar.pair.ca, maxSockets: 1, ...proof })
      const answers = [await askBy(sidecar, agent), await askBy(sidecar, agent)]
      agent.destroy()
      assert.deepEqual(answers, [200, 200], `${what}, asked: ${asked}`)
    }
  }
})

function askBy({ port }: Secured, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode))
    }).once('error', reject)
  })
}

/** `issuer`: sent along, whether it is one or not. */
function pairOf({ cert, key }: OwnPair, issuer = ''): { cert: string; key: Buffer } {
  return { cert: readFileSync(cert, 'utf8') + issuer, key: readFileSync(key) }
}

test('a stop does not wait for handshakes that stand still', async (t) => {
  const sidecar = await startSecured(t)
  const silent = connect(sidecar.port, '127.0.0.1').on('error', () => {})
  const closed = new Promise((resolve) => silent.once('close', resolve))
  await new Promise((connected) => silent.once('connect', connected))
  await sleep(50)
  const beganAt = performance.now()
  await sidecar.stop()
  await closed
  assert.ok(performance.now() - beganAt < 5000)
})

test('half an answer is cut so that it is not taken for a whole one', async (t) => {
  let lose = () => {}
  const upstream = await startRawUpstream(t, ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
    lose = () => socket.destroy()
  })
  const pair = ownPair(t)
  const [settings, certificates] = await overTls(pair)
  const sidecar = await startTestSidecar(t, upstream.url, settings, certificates)
  const caller = dial(sidecar.port)
  caller.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await caller.until(/half/)
  lose()
  assert.equal((await caller.closed).how, 'ECONNRESET')
})

const openssl = { skip: without('openssl') }

/** What `openssl s_client` prints when it speaks to the listener. */
function client({ port }: TestSidecar, options: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...options], { timeout: 20_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk
      })
    }
    child.once('error', reject).once('close', () => resolve(text))
    child.stdin.on('error', () => {})
    child.stdin.write(input)
    setTimeout(() => child.stdin.end(), 500)
  })
}

test(
  'it offers TLS 1.2 and 1.3 and nothing older, and no suite without forward secrecy comes first',
  openssl,
  async (t) => {
    const sidecar = await startSecured(t)
    for (const old of ['-tls1', '-tls1_1']) {
      const text = await client(sidecar, [old, '-cipher', 'ALL:@SECLEVEL=0'])
      assert.match(text, /alert|no protocols available|Cipher is \(NONE\)/i, old)
    }
    const [older, newer] = [await client(sidecar, ['-tls1_2']), await client(sidecar, ['-tls1_3'])]
    assert.match(older, /^New, TLSv1\.2, Cipher is ECDHE-/m)
    assert.match(newer, /^New, TLSv1\.3, Cipher is TLS_/m)
    for (const weak of ['RC4', 'DES-CBC3-SHA', 'NULL', 'aNULL', 'EXPORT', 'MD5', 'PSK', 'CAMELLIA', 'SEED', 'IDEA']) {
      const text = await client(sidecar, ['-tls1_2', '-cipher', `${weak}:@SECLEVEL=0`])
      assert.doesNotMatch(text, /Cipher is (?!\(NONE\))/, weak)
    }
  },
)

test('it speaks http/1.1 by ALPN and nothing else', openssl, async (t) => {
  const sidecar = await startSecured(t)
  assert.match(await client(sidecar, ['-alpn', 'h2,http/1.1']), /ALPN protocol: http\/1\.1/)
  assert.match(await client(sidecar, ['-alpn', 'h2']), /no application protocol|alert number 120/i)
  assert.match(await client(sidecar, []), /No ALPN negotiated/)
})

test('it compresses nothing, does not renegotiate, resumes no session and takes no early data', openssl, async (t) => {
  const sidecar = await startSecured(t)
  const older = await client(sidecar, ['-tls1_2'])
  assert.match(older, /^Compression: NONE/m)
  assert.match(older, /Secure Renegotiation IS supported/)
  assert.match(await client(sidecar, ['-tls1_2'], 'R\n'), /no renegotiation|renegotiat[^\n]*error|alert/i)
  const again = await client(sidecar, ['-tls1_2', '-reconnect'])
  assert.equal(again.match(/^New, /gm)?.length, 6)
  assert.doesNotMatch(again, /^Reused, /m)
  // OpenSSL sends tickets in TLS 1.3 all the same; they are of sessions that nobody keeps.
  const session = join(sidecar.pair.folder, 'session.pem')
  assert.doesNotMatch(await client(sidecar, ['-tls1_3', '-sess_out', session]), /Max Early Data: [1-9]/)
  assert.match(await client(sidecar, ['-tls1_3', '-sess_in', session]), /^New, TLSv1\.3/m)
})
