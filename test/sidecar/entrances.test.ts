// design/promises 10.1: who has no name shares the places with all who came by the same entry of SIDECAR_LISTEN.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { shareRegister } from '../../src/forwarding/turns/share-register.ts'
import type { ListenAddress } from '../../src/settings/listen-address.ts'
import { entrances } from '../../src/sidecar/entrances.ts'

test('localhost is two servers and one share; another entry is another one; a socket file is named without its mode', () => {
  const { of } = shareRegister()
  const server = entrances(() => createServer())
  const shareBy = (address: ListenAddress) => {
    const socket = new Socket()
    server(address).emit('connection', socket)
    const share = of(undefined, socket)
    socket.destroy()
    return share
  }
  const localhost: ListenAddress = { kind: 'localhost', port: 8228 }
  const file: ListenAddress = { kind: 'unix', path: '/run/catapa/sidecar.sock', mode: 0o660 }
  assert.equal(shareBy(localhost), shareBy(localhost))
  assert.notEqual(shareBy(localhost), shareBy({ kind: 'localhost', port: 8300 }))
  assert.deepEqual([shareBy(localhost).name, shareBy(file).name], ['localhost:8228', 'unix:/run/catapa/sidecar.sock'])
})
