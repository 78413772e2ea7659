import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import {
  type ConnectionRow,
  endInTables,
  keyOf,
  lookAtConnections,
  takeRows,
} from '../../src/network/connection-tables.ts'
import { tableRow, tablesOf } from '../support/connection-tables.ts'

const ports = { local: 0xc001, remote: 0x2024 }
const ends = '0100007F:C001 0100007F:2024'

test('a row has user, socket and what is queued; others than the wanted ports, other states and closed sockets are left out', () => {
  const rows =
    tableRow('0100007F:C002 0100007F:2024', { uid: 1, inode: 5 }) +
    tableRow(ends, { uid: 1001, inode: 19, queued: '00000FA0' }) +
    tableRow(ends, { uid: 0, inode: 0 }) +
    tableRow(ends, { uid: 1002, inode: 20, state: '08' }) +
    '   7: garbage\n\n'
  assert.deepEqual(tablesOf(rows, [ports])(ports), [{ ends, uid: 1001, inode: '19', queuedBytes: 4000 }])
  assert.deepEqual(tablesOf(rows, [])(ports), [])
})

test('an IPv4 connection looks the same in the table of IPv6, and ::1 is an address of its own', () => {
  const mapped = '0000000000000000FFFF00000100007F:C001 0000000000000000FFFF00000100007F:2024'
  const six = `${'0'.repeat(24)}01000000:C001 ${'0'.repeat(24)}01000000:2024`
  const rows = tablesOf(tableRow(mapped, { inode: 20 }) + tableRow(six, { inode: 21 }), [ports])(ports)
  assert.deepEqual(
    rows.map((row) => row.ends),
    [ends, six],
  )
  assert.equal(`${endInTables('::ffff:127.0.0.1', 0xc001)} ${endInTables('127.0.0.1', 0x2024)}`, ends)
  assert.equal(`${endInTables('::1', 0xc001)} ${endInTables('::1', 0x2024)}`, six)
  for (const other of ['::2', 'fe80::1%lo', '2001:db8::1']) assert.equal(endInTables(other, 1), undefined)
})

test('a row that comes twice, as it may while connections come and go, is one row, as it was last', () => {
  const twice = tableRow(ends, { inode: 19, queued: '00000001' }) + tableRow(ends, { inode: 19, queued: '00000002' })
  assert.deepEqual(
    tablesOf(twice, [ports])(ports).map(({ queuedBytes }) => queuedBytes),
    [2],
  )
})

test('a table that comes in pieces is taken line by line, wherever it is cut', () => {
  const text = Buffer.from(tableRow(ends, { inode: 19 }) + tableRow(ends, { inode: 20 }))
  for (let cut = 0; cut <= text.length; cut++) {
    const found = new Map<number, ConnectionRow[]>([[keyOf(ports), []]])
    const taken = takeRows(text.subarray(0, cut), found)
    takeRows(text.subarray(taken), found)
    assert.deepEqual(
      found.get(keyOf(ports))?.map(({ inode }) => inode),
      ['19', '20'],
      `cut at ${cut}`,
    )
  }
})

test('the kernel’s own table is read to its end', { skip: process.platform !== 'linux' }, async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // More than fit into the piece that is read at a time.
  const sockets = Array.from({ length: 60 }, () => connect(port, '127.0.0.1'))
  t.after(() => sockets.forEach((socket) => void socket.destroy()))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const wanted = sockets.map(({ localPort = 0 }) => ({ local: localPort, remote: port }))
  const rows = await lookAtConnections(wanted)
  assert.deepEqual(
    wanted.filter((ports) => rows(ports).length !== 1),
    [],
  )
})
