// `SIDECAR_LISTEN`: design/promises 2.6, design/libraries 28 and 29.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ListenError, listenOnAll, tryToListen } from '../../src/network/listen.ts'
import type { ListenAddress } from '../../src/settings/listen-address.ts'
import { freePort } from '../support/free-port.ts'
import { startTestSidecar } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dial, eventually, ok, startRawUpstream } from '../support/wire.ts'

const get = 'GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const ipv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')
const onIpv6 = { skip: ipv6 ? false : 'this machine has no IPv6' }
const onUnix = { skip: process.platform === 'win32' ? 'socket files are Unix' : false }

async function start(t: TestContext, listen: ListenAddress[]) {
  const upstream = await startRawUpstream(t, ({ socket }) => socket.write(ok('reached')))
  return startTestSidecar(t, upstream.url, { listen })
}

/** Holds an address until the test ends. */
async function hold(t: TestContext, options: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...options, exclusive: true }, () => resolve())
  })
  t.after(() => server.close())
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function reaches(to: Parameters<typeof dial>[0]): Promise<void> {
  const caller = dial(to)
  caller.send(get)
  assert.match((await caller.closed).text, /^HTTP\/1\.1 200 [\s\S]*reached$/)
}

test('localhost is 127.0.0.1 and ::1 with one port, which is printed for port 0', onIpv6, async (t) => {
  const { addresses } = await start(t, [{ kind: 'localhost', port: 0 }])
  const [v4, v6] = addresses.map((address) => /^http:\/\/(127\.0\.0\.1|\[::1\]):(\d+)$/.exec(address) ?? [])
  assert.deepEqual([v4?.[1], v6?.[1]], ['127.0.0.1', '[::1]'])
  assert.equal(v4?.[2], v6?.[2])
  assert.notEqual(v4?.[2], '0')
  await reaches({ host: '127.0.0.1', port: Number(v4?.[2]) })
  await reaches({ host: '::1', port: Number(v6?.[2]) })
})

for (const [name, host] of [
  ['[::1]', '::1'],
  ['127.0.0.1', '127.0.0.1'],
] as const) {
  test(
    `localhost is refused whole when somebody else has ${name}: he would get calls meant for us`,
    onIpv6,
    async (t) => {
      const port = portOf(await hold(t, { host, port: await freePort() }))
      await assert.rejects(start(t, [{ kind: 'localhost', port }]), (error) => {
        assert.ok(error instanceof ListenError)
        assert.deepEqual([error.address, error.code], [`${name}:${port}`, 'EADDRINUSE'])
        return true
      })
      await hold(t, { host: host === '::1' ? '127.0.0.1' : '::1', port }) // The other one was let go.
    },
  )
}

test('several addresses serve at once, an IPv6 literal among them', onIpv6, async (t) => {
  const path = join(temporaryFolder(t), 'a.sock')
  const { addresses } = await start(t, [
    { kind: 'tcp', host: '127.0.0.1', port: 0 },
    { kind: 'tcp', host: '::1', port: 0 },
    { kind: 'unix', path, mode: 0o600 },
  ])
  assert.match(addresses[0] ?? '', /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.match(addresses[1] ?? '', /^http:\/\/\[::1\]:\d+$/)
  assert.equal(addresses[2], `unix:${path}`)
  await reaches(Number(addresses[0]?.split(':').at(-1)))
  await reaches({ host: '::1', port: Number(addresses[1]?.split(':').at(-1)) })
  await reaches(path)
})

test('0.0.0.0 and [::] with one port can both be listened to', onIpv6, async (t) => {
  const free = await freePort()
  const { addresses } = await start(t, [
    { kind: 'tcp', host: '0.0.0.0', port: free },
    { kind: 'tcp', host: '::', port: free },
  ])
  assert.equal(addresses.length, 2)
  await reaches({ host: '127.0.0.1', port: free })
  await reaches({ host: '::1', port: free })
})

test('when one of several addresses is taken, none stays open', async (t) => {
  const taken = portOf(await hold(t, { host: '127.0.0.1', port: 0 }))
  const path = join(temporaryFolder(t), 'a.sock')
  await assert.rejects(
    start(t, [
      { kind: 'unix', path, mode: 0o600 },
      { kind: 'tcp', host: '127.0.0.1', port: taken },
    ]),
    ListenError,
  )
  await eventually(() => !existsSync(path), 'the socket file is gone')
})

for (const mode of [0o600, 0o660, 0o666]) {
  test(
    `a socket file has mode ${mode.toString(8)} from its first moment, and the umask is put back`,
    onUnix,
    async (t) => {
      const path = join(temporaryFolder(t), 'a.sock')
      const before = process.umask(0o022)
      t.after(() => process.umask(before))
      // Between creation and chmod nothing may be seen: look at every file system call that could show it.
      const seen: number[] = []
      const { servers } = await listenOnAll([{ kind: 'unix', path, mode }], () => {
        const server = createServer() as unknown as import('node:http').Server
        const listen = server.listen.bind(server)
        Object.assign(server, {
          listen(...args: Parameters<typeof listen>) {
            const result = listen(...args)
            seen.push(statSync(path).mode & 0o777)
            return result
          },
        })
        return server
      })
      t.after(() => Promise.all(servers.map((server) => server.close())))
      assert.deepEqual(seen, [mode])
      assert.equal(statSync(path).mode & 0o777, mode)
      assert.equal(process.umask(), 0o022)
    },
  )
}

/** A process that is killed leaves its socket file behind. */
function staleSocket(folder: string): string {
  const path = join(folder, 'stale.sock')
  const dies = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', dies])
  assert.ok(lstatSync(path).isSocket())
  return path
}

test('a stale socket file in whose place another process has just put its own is in use', onUnix, async (t) => {
  const path = staleSocket(temporaryFolder(t))
  const starting = listenOnAll([{ kind: 'unix', path, mode: 0o600 }], () => createHttpServer())
  rmSync(path) // Judged it is, removed it is not yet.
  const other = createServer((socket) => socket.end('still here'))
  t.after(() => other.close())
  other.listen({ path })
  await assert.rejects(starting, (error) => error instanceof ListenError && error.code === 'EADDRINUSE')
  assert.ok(lstatSync(path).isSocket())
  const caller = dial(path)
  assert.equal((await caller.closed).text, 'still here')
})

const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can be somebody else' }

test(
  "another user's stale socket file in a folder like /tmp is not permitted, which is no fault of ours",
  asRoot,
  async (t) => {
    const where = temporaryFolder(t)
    const path = staleSocket(where)
    chmodSync(where, 0o1777)
    chmodSync(path, 0o666)
    process.seteuid?.(65_534)
    const listening = listenOnAll([{ kind: 'unix', path, mode: 0o600 }], () => createHttpServer())
    await assert
      .rejects(listening, (error) => {
        assert.ok(error instanceof ListenError)
        assert.deepEqual([error.address, error.code], [`unix:${path}`, 'EPERM'])
        return true
      })
      .finally(() => process.seteuid?.(0))
  },
)

test('a stale socket file is replaced; a live one and any other kind of file is in use', onUnix, async (t) => {
  const where = temporaryFolder(t)
  const stale = staleSocket(where)
  await start(t, [{ kind: 'unix', path: stale, mode: 0o600 }])
  await reaches(stale)
  const file = join(where, 'file')
  writeFileSync(file, 'precious')
  for (const path of [stale, file, where]) {
    await assert.rejects(start(t, [{ kind: 'unix', path, mode: 0o600 }]), (error) => {
      assert.ok(error instanceof ListenError)
      assert.deepEqual([error.address, error.code], [`unix:${path}`, 'EADDRINUSE'])
      return true
    })
  }
  assert.equal(readFileSync(file, 'utf8'), 'precious')
  await reaches(stale) // The live one was not harmed.
})

test('a socket file is gone after the end', onUnix, async (t) => {
  const path = join(temporaryFolder(t), 'a.sock')
  const sidecar = await start(t, [{ kind: 'unix', path, mode: 0o600 }])
  await reaches(path)
  await sidecar.stop()
  assert.ok(!existsSync(path))
})

test('a port that may not be had is named with its reason', async (t) => {
  await assert.rejects(start(t, [{ kind: 'tcp', host: '192.0.2.1', port: 8228 }]), (error) => {
    assert.ok(error instanceof ListenError)
    assert.deepEqual([error.address, error.code], ['192.0.2.1:8228', 'EADDRNOTAVAIL'])
    return true
  })
})

test(
  'to try a socket file leaves a stale one, and nothing where there was none; what could not be had is told',
  onUnix,
  async (t) => {
    const where = temporaryFolder(t)
    const stale = staleSocket(where)
    const { ino } = lstatSync(stale)
    const at = (path: string) => tryToListen([{ kind: 'unix', path, mode: 0o600 }])
    await at(stale)
    assert.equal(lstatSync(stale).ino, ino)
    const free = join(where, 'free')
    await at(free)
    assert.ok(!existsSync(free))
    await hold(t, { path: free })
    for (const [path, code] of [
      [free, 'EADDRINUSE'],
      [where, 'EADDRINUSE'],
      [join(where, 'nowhere', 'a'), 'ENOENT'],
    ] as const) {
      await assert.rejects(at(path), (error) => {
        assert.ok(error instanceof ListenError)
        assert.deepEqual([error.address, error.code], [`unix:${path}`, code])
        return true
      })
    }
  },
)
