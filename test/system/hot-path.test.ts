// What a request and a start cost, in things that can be counted: times are measured by `npm run bench`.
import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Auditing } from '../../src/audit/audit-in-use.ts'
import { streamedBody } from '../../src/forwarding/exchange/request-body.ts'
import { makeCertificate } from '../support/certificate.ts'
import { fakeTrail } from '../support/fake-trail.ts'
import { heedsSignals, listenOnFreePort, root, runCli, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dial, startRawUpstream } from '../support/wire.ts'

/** Sends one request on a kept connection; resolves with the status once the answer has been read. */
function send(agent: Agent, port: number, path: string, body?: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': body.length }
    const method = body === undefined ? 'GET' : 'POST'
    const sent = request({ agent, host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function keptAgent(t: TestContext, maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets })
  t.after(() => agent.destroy())
  return agent
}

/** Counts what is handed to the kernel on sockets that `concerns` accepts. */
function countWrites(t: TestContext, concerns: (socket: Socket) => boolean): () => number {
  let writes = 0
  for (const name of ['_write', '_writev'] as const) {
    const original: unknown = Reflect.get(Socket.prototype, name)
    assert.ok(typeof original === 'function')
    Reflect.set(Socket.prototype, name, function (this: Socket, ...args: unknown[]) {
      if (concerns(this)) writes += 1
      return Reflect.apply(original, this, args)
    })
    t.after(() => Reflect.set(Socket.prototype, name, original))
  }
  return () => writes
}

/** Tells of each piece that is read from a socket. */
function watchReads(t: TestContext, onRead: (socket: Socket) => void): void {
  const original = Socket.prototype.push
  Socket.prototype.push = function (this: Socket, ...args) {
    onRead(this)
    return original.apply(this, args)
  }
  t.after(() => {
    Socket.prototype.push = original
  })
}

test('a request is one write to CATAPA, one to the caller, and one line of the log', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('x'.repeat(1024)))
  const sidecar = await startTestSidecar(t, upstream.url)
  const agent = keptAgent(t, 1)
  await send(agent, sidecar.port, '/v1/users/me')
  const toCaller = countWrites(t, ({ localPort }) => localPort === sidecar.port)
  const toUpstream = countWrites(t, ({ remotePort }) => remotePort === upstream.port)
  const linesBefore = sidecar.log.length
  for (let i = 0; i < 20; i++) assert.equal(await send(agent, sidecar.port, `/v1/users/me?page=${i}`), 200)
  assert.equal(toUpstream(), 20)
  assert.equal(toCaller(), 20)
  assert.deepEqual(
    sidecar.log.slice(linesBefore).map(({ msg }) => msg),
    Array(20).fill('request'),
  )
})

test('a request with a body is one write to CATAPA when it came in one piece', async (t) => {
  const upstream = await startUpstream(t)
  const sidecar = await startTestSidecar(t, upstream.url)
  const agent = keptAgent(t, 1)
  await send(agent, sidecar.port, '/v1/users/me')
  const toUpstream = countWrites(t, ({ remotePort }) => remotePort === upstream.port)
  for (let i = 0; i < 20; i++) assert.equal(await send(agent, sidecar.port, '/v1/users', Buffer.alloc(300)), 200)
  assert.equal(toUpstream(), 20)
})

/** What 20 requests make, by the kind of it. */
async function madeFor20(
  t: TestContext,
  audit?: Auditing,
): Promise<Record<'PROMISE' | 'Timeout' | 'Immediate', number>> {
  const upstream = await startRawUpstream(t, ({ socket }) =>
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}`),
  )
  const sidecar = await startTestSidecar(t, upstream.url, {}, { audit })
  const { socket } = dial(sidecar.port)
  const ask = async () => {
    socket.write('GET /v1/users/me HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'data')
    await sleep(5)
  }
  for (let i = 0; i < 5; i++) await ask()
  let made: Record<string, number> = {}
  const hook = createHook({
    init(_id, type) {
      made[type] = (made[type] ?? 0) + 1
    },
  })
  const rounds: (typeof made)[] = []
  for (let round = 0; round < 5; round++) {
    made = {}
    hook.enable()
    for (let i = 0; i < 20; i++) await ask()
    hook.disable()
    rounds.push(made)
  }
  assert.equal(upstream.heard.length, 105)
  // In a slow round what goes on beside requests is in it too.
  const fewest = (type: string) => Math.min(...rounds.map((round) => round[type] ?? 0))
  return { PROMISE: fewest('PROMISE'), Timeout: fewest('Timeout'), Immediate: fewest('Immediate') }
}

test('a request takes few promises and timers', async (t) => {
  // What test and upstream make themselves is in it too; one more `await` on the way of a request is three promises.
  const { PROMISE, Timeout, Immediate } = await madeFor20(t)
  assert.ok(PROMISE > 0 && PROMISE <= 20 * 13, `${PROMISE} promises`)
  assert.ok(Timeout <= 20 * 5, `${Timeout} timers`)
  assert.ok(Immediate <= 20 * 2, `${Immediate} immediates`)
})

test('a trail costs a read no promise, no timer and no immediate', async (t) => {
  const without = await madeFor20(t)
  const fake = fakeTrail('writes', (path) => path)
  const made = await madeFor20(t, fake.auditing)
  assert.equal((await fake.until(105)).length, 105)
  for (const kind of ['PROMISE', 'Timeout', 'Immediate'] as const) {
    // The odd one comes from elsewhere in the process.
    assert.ok(made[kind] - without[kind] < 10, `${kind}: ${made[kind]}, without ${without[kind]}`)
  }
})

test('an answer over TLS is not one write for each of its records', async (t) => {
  const { key, cert, ca } = makeCertificate({ cn: 'localhost', issuerCn: 'Invented', hosts: ['localhost'] })
  const server = createTlsServer({ key, cert }, ({ url }, response) => {
    if (url === '/oauth/token') response.end('{"access_token":"token-1","token_type":"bearer","expires_in":3600}')
    else response.end('x'.repeat(50_000)) // Four records, in one piece.
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const sidecar = await startTestSidecar(t, `https://localhost:${port}`, { extraCa: ca })
  const agent = keptAgent(t, 1)
  await send(agent, sidecar.port, '/v1/users/me')
  const toCaller = countWrites(t, ({ localPort }) => localPort === sidecar.port)
  for (let i = 0; i < 20; i++) assert.equal(await send(agent, sidecar.port, '/v1/users/me'), 200)
  assert.ok(toCaller() <= 25, `${toCaller()} writes for 20 answers`)
})

test('answers that arrive together leave together', async (t) => {
  const waiting: Socket[] = []
  const upstream = await startRawUpstream(t, ({ socket }) => waiting.push(socket))
  const sidecar = await startTestSidecar(t, upstream.url)
  const agent = keptAgent(t, 32)
  let order = ''
  countWrites(t, ({ localPort }) => {
    if (localPort === sidecar.port) order += 'w'
    return false
  })
  watchReads(t, ({ remotePort }) => {
    if (remotePort === upstream.port) order += 'r'
  })
  for (let round = 0; round < 3; round++) {
    const answers = Array.from({ length: 32 }, () => send(agent, sidecar.port, '/v1/users/me'))
    while (waiting.length < 32) await sleep(1)
    order = ''
    for (const socket of waiting.splice(0)) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    assert.deepEqual(new Set(await Promise.all(answers)), new Set([200]))
    assert.equal(order.replaceAll('r', ''), 'w'.repeat(32))
    // The kernel may hand them over in a few portions, but not one by one.
    assert.ok(order.split('rw').length <= 8, order)
  }
})

test('the answer for the only caller waits for nobody', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('{}'))
  const sidecar = await startTestSidecar(t, upstream.url)
  const agent = keptAgent(t, 1)
  await send(agent, sidecar.port, '/v1/users/me')
  let order = ''
  countWrites(t, ({ localPort }) => {
    if (localPort === sidecar.port) order += 'w'
    return false
  })
  watchReads(t, ({ remotePort }) => {
    if (remotePort !== upstream.port) return
    order += 'r'
    setImmediate(() => {
      order += ' '
    })
  })
  for (let i = 0; i < 20; i++) assert.equal(await send(agent, sidecar.port, '/v1/users/me'), 200)
  await sleep(5)
  assert.equal(order, 'rw '.repeat(20))
})

test('the end of a body is told with the last byte that was declared', async (t) => {
  // undici closes a connection whose answer comes before the end of the request, and a TLS handshake is ten requests.
  const order: string[] = []
  const server = createServer((request, response) => {
    const body = streamedBody(request, 1e6, () => {})
    request.once('end', () => order.push('request'))
    body.once('end', () => {
      order.push('body')
      response.end()
    })
    body.resume()
  })
  const port = await listenOnFreePort(t, server)
  const agent = keptAgent(t, 1)
  for (const bytes of [1, 20_000, 300_000]) {
    order.length = 0
    assert.equal(await send(agent, port, '/', Buffer.alloc(bytes)), 200)
    assert.equal(order[0], 'body', `${bytes} bytes`)
  }
})

test('what a request needed is gone with it: the heap does not grow from one minor collection to the next', async (t) => {
  const upstream = await startUpstream(t, (_request, response) => response.end('x'.repeat(1000)))
  const folder = temporaryFolder(t)
  const preload = join(folder, 'preload.cjs')
  writeFileSync(preload, `require('v8').setFlagsFromString('--trace-gc')`)
  const command = runCli(t, ['start'], {
    NODE_OPTIONS: `--require ${preload}`,
    CATAPA_TENANT: 'demo',
    CATAPA_CLIENT_ID: 'demo-client',
    CATAPA_CLIENT_SECRET: 'demo-secret-4711-never-printed',
    CATAPA_BASE_URL: upstream.url,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: 'off',
  })
  const text = await command.until(/"msg":"listening"/)
  const port = Number(text.match(/"address":"http:\/\/127\.0\.0\.1:(\d+)"/)?.[1])
  const agent = keptAgent(t, 64)
  let left = 4000
  const callers = Array.from({ length: 64 }, async () => {
    while (left-- > 0) assert.equal(await send(agent, port, '/x'), 200)
  })
  await Promise.all(callers)
  const sizes = [...command.output().matchAll(/Scavenge .*?-> ([\d.]+)/g)].map(([, megabytes]) => Number(megabytes))
  assert.ok(sizes.length > 8, 'it was collected often')
  const growths = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0))
  const late = growths.slice(-6).sort((a, b) => a - b)
  assert.ok((late[3] ?? 9) < 1, `MB after each: ${sizes.join(' ')}`)
})

/** The files of `dist` that a command loaded, and Node's own modules; of what V8 and Node list at its end. */
async function loaded(
  t: TestContext,
  args: string[],
  until?: RegExp,
): Promise<{ files: string[]; builtins: string[] }> {
  const folder = temporaryFolder(t)
  const [preload, list] = [join(folder, 'preload.cjs'), join(folder, 'builtins')]
  writeFileSync(
    preload,
    `process.on('exit', () => fs.writeFileSync('${list}', process.moduleLoadList.join('\\n'))); const fs = require('fs')`,
  )
  const command = runCli(t, args, {
    NODE_V8_COVERAGE: folder,
    NODE_OPTIONS: `--require ${preload}`,
    CATAPA_TENANT: 'demo',
    CATAPA_CLIENT_ID: 'demo-client',
    CATAPA_CLIENT_SECRET: 'demo-secret-4711-never-printed',
    CATAPA_BASE_URL: 'http://127.0.0.1:1',
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: '127.0.0.1:0',
  })
  if (until !== undefined) {
    await command.until(until)
    await heedsSignals(command)
    command.child.kill('SIGTERM')
  }
  await command.exit
  const reports = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const scripts = reports.flatMap((name): { url: string }[] => {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')).result
  })
  const dist = pathToFileURL(`${join(root, 'dist')}/`).href
  const files = scripts.flatMap(({ url }) => (url.startsWith(dist) ? [url.slice(dist.length)] : []))
  assert.ok(files.includes('cli.js'), 'the files were listed')
  return { files, builtins: readFileSync(list, 'utf8').split('\n') }
}

/** The packages whose code a command loaded, by the paths that the bundle notes. */
async function packagesLoaded(t: TestContext, args: string[], until?: RegExp): Promise<string[]> {
  const { files } = await loaded(t, args, until)
  const packages = files.flatMap((file) => {
    const notes = readFileSync(join(root, 'dist', file), 'utf8').matchAll(
      /^\/\/!? node_modules\/.*?((?:@[^/\n]+\/)?[^/\n]+)\/[^\n]*$/gm,
    )
    return [...notes].map(([, name]) => name ?? '')
  })
  return [...new Set(packages)].sort()
}

test('--version and --help load no package at all', async (t) => {
  assert.deepEqual(await packagesLoaded(t, ['--version']), [])
  assert.deepEqual(await packagesLoaded(t, ['--help']), [])
})

test('healthcheck loads one file, and like wait of Node neither HTTP nor TLS nor cryptography', async (t) => {
  const probes = [['healthcheck'], ['healthcheck', '--ready'], ['wait', '--timeout', '0']]
  for (const [index, { files, builtins }] of (await Promise.all(probes.map((args) => loaded(t, args)))).entries()) {
    assert.ok(index === 2 ? files.includes('parts/run-command.js') : files.join() === 'cli.js', files.join())
    assert.ok(builtins.includes('NativeModule net'), 'the modules were listed')
    const heavy = builtins.filter((name) => /^NativeModule (_?http|_?tls|https|crypto$)/.test(name))
    assert.deepEqual(heavy, [])
  }
})

test('the start loads no more packages than it did when its time was measured', async (t) => {
  const packages = await packagesLoaded(t, ['start'], /listening/)
  assert.ok(packages.includes('fastify'), 'the packages were listed')
  assert.ok(packages.length <= 60, `${packages.length}: ${packages.join(' ')}`)
})
