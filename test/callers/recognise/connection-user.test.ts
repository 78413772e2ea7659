import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { judgeOf, someone, userOf } from '../../../src/callers/recognise/connection-user.ts'
import { tableRow, tablesOf } from '../../support/connection-tables.ts'

const onLinux = { skip: process.platform !== 'linux' && 'only Linux shows whose a connection is' }

const peer = { ports: { local: 0xc001, remote: 0x2024 }, ends: '0100007F:C001 0100007F:2024' }
const own = { ports: { local: 0x2024, remote: 0xc001 }, ends: '0100007F:2024 0100007F:C001', inode: '17' }

const ours = tableRow(own.ends, { inode: 17 })
const theirs = (uid: number, inode: number) => tableRow(peer.ends, { uid, inode })

/** What was judged after each look at such tables. */
function judged(...looks: string[]): unknown[] {
  const judge = judgeOf({ peer, own })
  return looks.map((table) => judge(tablesOf(table, [peer.ports, own.ports])))
}

test('the user is that of the row with our remote end, once a later look has our own end with our own socket', () => {
  const other = tableRow('0100007F:C002 0100007F:2024', { uid: 1002, inode: 18 })
  const all = other + theirs(1001, 19) + ours
  assert.deepEqual(judged(all, all), [undefined, { uid: 1001 }])
  assert.deepEqual(judged(all, ours), [undefined, { uid: 1001 }], 'passed over the second time')
  assert.deepEqual(judged(all, other, ours), [undefined, undefined, { uid: 1001 }], 'ours passed over once')
  assert.deepEqual(
    judged(ours, theirs(1001, 19), ours),
    [undefined, undefined, { uid: 1001 }],
    'theirs passed over once',
  )
})

test('the user of a row is not believed while our own end was in the same look, or an earlier one, only', () => {
  for (const looks of [[ours, theirs(33, 20)], [ours + theirs(33, 20)], [theirs(33, 20) + ours]]) {
    assert.deepEqual(judged(...looks, theirs(33, 20), '').at(-1), undefined)
  }
})

test('the user of another connection between the same ports is not believed: its other end is another socket', () => {
  const anew = theirs(33, 20) + tableRow(own.ends, { inode: 21 })
  assert.deepEqual(judged(anew, anew, anew), [undefined, undefined, undefined])
  assert.deepEqual(judged(theirs(65_534, 19) + ours, anew, anew), [undefined, undefined, undefined])
})

test('nobody is believed where our own end is closing, without an inode or at another address', () => {
  const closing = tableRow(own.ends, { inode: 17, state: '08' })
  const waiting = tableRow(own.ends, { inode: 0, state: '06' })
  const orphan = tableRow(own.ends, { inode: 0 })
  const elsewhere = tableRow('0200007F:2024 0100007F:C001', { inode: 17 })
  for (const now of [closing, waiting, orphan, elsewhere, '']) {
    assert.deepEqual(judged(theirs(33, 20) + ours, theirs(33, 20) + now), [undefined, undefined], now)
  }
})

test('two rows with our remote end are nobody, in one look or in several', () => {
  const two = theirs(1001, 19) + theirs(33, 20)
  assert.deepEqual(judged(two, ours), [undefined, { uid: undefined }])
  assert.deepEqual(judged(theirs(1001, 19), theirs(33, 20) + ours), [undefined, { uid: undefined }])
  const rebound = tableRow('0200007F:C001 0100007F:2024', { uid: 33, inode: 20 })
  assert.deepEqual(judged(theirs(1001, 19) + rebound, ours), [undefined, { uid: 1001 }], 'another address')
})

test('a row without a socket, or of a connection that is closing, has no user', () => {
  const closed = tableRow(peer.ends, { uid: 0, inode: 0 })
  const closing = tableRow(peer.ends, { uid: 1001, inode: 19, state: '08' })
  for (const table of [closed, closing, `   7: ${peer.ends} 01 garbage\n`]) {
    assert.deepEqual(judged(table, ours), [undefined, undefined], table)
  }
})

/** A listener that reads nothing by itself, as a request does whose body is over its buffer. */
async function listenerAt(t: TestContext, host: string): Promise<{ port: number; accepted: () => Promise<Socket> }> {
  const waiting: Socket[] = []
  const server = createServer({ pauseOnConnect: true }, (socket) => waiting.push(socket)).listen(0, host)
  await once(server, 'listening')
  t.after(() => server.close())
  return {
    port: (server.address() as AddressInfo).port,
    async accepted() {
      while (waiting.length === 0) await once(server, 'connection')
      const [socket] = waiting.splice(0, 1)
      assert.ok(socket?.remoteAddress) // As each request asks; Node remembers it.
      t.after(() => socket.destroy())
      return socket
    },
  }
}

async function connected(t: TestContext, port: number, host: string, localPort?: number): Promise<Socket> {
  const socket = connect({ port, host, ...(localPort === undefined ? {} : { localPort, localAddress: host }) })
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** A port that no one has, outside the range from which the system gives connections of others theirs. */
async function quietPort(host: string): Promise<number> {
  const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number)
  assert.ok(first && last)
  for (let port = last < 65_000 ? 65_535 : first - 1; port > 1023; port--) {
    const server = createServer().listen(port, host)
    const listening = await once(server, 'listening').catch(() => undefined)
    if (listening === undefined) continue
    await promisify(server.close.bind(server))()
    return port
  }
  return assert.fail('no port is free')
}

const ipv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')

for (const [listens, calls] of [
  ['127.0.0.1', '127.0.0.1'],
  ...(ipv6
    ? ([
        ['::1', '::1'],
        ['::', '127.0.0.1'],
      ] as const)
    : []),
] as const) {
  test(
    `whoever has the port of a connection that was reset is known by their own connection only, from ${calls} to ${listens}`,
    onLinux,
    async (t) => {
      const { port, accepted } = await listenerAt(t, listens)
      const localPort = await quietPort(calls)
      const first = await connected(t, port, calls, localPort)
      const before = await accepted()
      first.resetAndDestroy()
      await once(first, 'close')
      await connected(t, port, calls, localPort)
      const after = await accepted()
      assert.equal(before.destroyed, false, 'the reset was noticed, and the test shows nothing')
      assert.deepEqual([before.remotePort, before.remoteAddress], [after.remotePort, after.remoteAddress])
      assert.equal(await userOf(after), process.getuid?.())
      assert.equal(await userOf(before), undefined)
    },
  )
}

test(
  'many that come at once are looked up together, and do not all go on in one turn of the event loop',
  onLinux,
  async (t) => {
    const { port, accepted } = await listenerAt(t, '127.0.0.1')
    const sockets: Socket[] = []
    for (let i = 0; i < 100; i++) {
      await connected(t, port, '127.0.0.1')
      sockets.push(await accepted())
    }
    const turns = new Set<number>()
    let turn = 0
    let counting = true
    const count = () => {
      turn++
      if (counting) setImmediate(count)
    }
    count()
    const users = await Promise.all(
      sockets.map(async (socket) => {
        const uid = await userOf(socket)
        turns.add(turn)
        return uid
      }),
    )
    counting = false
    assert.deepEqual(new Set(users), new Set([process.getuid?.()]))
    assert.ok(turns.size >= 5, `in ${turns.size} turns`)
  },
)

test('in a user namespace, where all other users look like nobody, nobody is told', () => {
  const whole = '         0          0 4294967295\n'
  const ofSystemd = '         0          0          1\n     61234      61234          1\n'
  assert.equal(someone(65_534, whole), 65_534)
  for (const map of [ofSystemd, '         0       1000          1\n', '         0          0      65536\n', ''])
    assert.equal(someone(65_534, map), undefined, map)
  for (const map of [whole, ofSystemd]) assert.equal(someone(33, map), 33)
  assert.equal(someone(undefined, whole), undefined)
})
