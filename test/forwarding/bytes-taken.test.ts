import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { takenByPeers } from '../../src/forwarding/bytes-taken.ts'
import { tableRow, tablesOf } from '../support/connection-tables.ts'
import { eventually } from '../support/wire.ts'

/** Both ends of a connection; the peer reads nothing by itself. */
async function connection(t: TestContext): Promise<{ socket: Socket; peer: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [peer]: Socket[] = await once(server, 'connection')
  t.after(() => {
    server.close()
    for (const end of [socket, peer]) end?.destroy()
  })
  assert.ok(peer)
  return { socket, peer }
}

const taken = async (socket: Socket) => (await takenByPeers([socket]))(socket)

test('what a peer has taken grows as it reads, and never goes back', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { socket, peer } = await connection(t)
  const piece = Buffer.alloc(1024 * 1024)
  for (let i = 0; i < 16; i++) socket.write(piece)
  let before = 0
  for (let read = 0; read < 3_000_000; read = peer.bytesRead) {
    peer.read()
    const now = (await taken(socket)) ?? before
    assert.ok(now >= before, `${now} after ${before}`)
    before = now
  }
  assert.ok(before > 2_000_000, `${before} of ${peer.bytesRead}`)
})

test('what the kernel takes while it is asked may be in its answer or not: then nothing is known', async (t) => {
  const { socket, peer } = await connection(t)
  const asking = takenByPeers([socket])
  socket.write('a'.repeat(10_000))
  assert.equal((await asking)(socket), undefined)
  peer.resume()
  await eventually(() => peer.bytesRead === 10_000, 'all is there')
  assert.equal(await taken(socket), 10_000)
})

test('a row that the table passes over is looked for again, one that comes twice counts once; where there is none, all that was handed over counts', async (t) => {
  const { socket } = await connection(t)
  await new Promise((resolve) => socket.write('a'.repeat(10_000), resolve))
  const ports = { local: socket.localPort ?? 0, remote: socket.remotePort ?? 0 }
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  const row = (queued: string) =>
    tableRow(`0100007F:${hex(ports.local)} 0100007F:${hex(ports.remote)}`, { inode: 7, queued })
  const tables = ['', row('00000FFF') + row('00000FA0')]
  const again = await takenByPeers([socket], async () => tablesOf(tables.shift() ?? '', [ports]))
  assert.equal(again(socket), 6_000)
  let looks = 0
  const never = await takenByPeers([socket], async () => {
    looks++
    return tablesOf('', [ports])
  })
  assert.deepEqual([never(socket), looks], [10_000, 3])
})
