// The programs of a run, and the ways in which they show who they are.
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isRoot } from '../../support/login.ts'
import { connection } from './connection.ts'
import { type Load, read, type Writes, write } from './programs.ts'
import { otherUser, type Scene } from './scene.ts'
import type { SidecarProcess } from './sidecar-process.ts'

/** So many connections each have; the first sidecar has the most. */
const readers = [24, 8] as const
const writers = [6, 4] as const

/** Starts them all. @returns their ends */
export function startPrograms(
  load: Load,
  { scene, writes, sidecars }: { scene: Scene; writes: Writes; sidecars: readonly SidecarProcess[] },
): Promise<unknown> {
  let program = 0
  let number = 0
  const next = () => {
    number += 1
    return number
  }
  const all = sidecars.flatMap((sidecar) => {
    const at = sidecar.number === 0 ? 0 : 1
    const { port, tlsPort, ownPort } = scene.sites[at]
    const plain = (to: number) => () => connectTcp(to, '127.0.0.1')
    const named = (open: () => Socket, key?: string) => {
      program += 1
      const headers = `Host: localhost\r\nUser-Agent: soak/1\r\n${key === undefined ? '' : `X-Api-Key: ${key}\r\n`}`
      return { sidecar: at, life: sidecar.life, program, connection: connection(open), headers }
    }
    const many = (count: number, start: () => Promise<void>) => Array.from({ length: count }, start)
    const byKey = () => named(plain(port), scene.keys.export.key)
    return [
      ...many(readers[at], () => read(load, byKey())),
      ...many(2, () => read(load, named(plain(ownPort)))),
      ...many(2, () =>
        read(
          load,
          named(() => secured(tlsPort, scene)),
        ),
      ),
      ...(isRoot
        ? many(2, () =>
            read(
              load,
              named(() => asOtherUser(plain(port))),
            ),
          )
        : []),
      ...many(1, () => read(load, { ...byKey(), expects: 'refused' })),
      ...many(1, () => read(load, { ...named(plain(port), scene.keys.guest.key), expects: 'either' })),
      ...many(writers[at], () => write(load, writes, next, named(plain(port), scene.keys.erp.key))),
    ]
  })
  return Promise.all(all)
}

function secured(port: number, { trust, program }: Scene): Socket {
  return connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: trust, ...program })
}

/** A socket is its maker's, and Node makes it in the next tick. */
function asOtherUser(open: () => Socket): Socket {
  process.nextTick(() => process.seteuid?.(otherUser))
  const socket = open()
  process.nextTick(() => process.seteuid?.(0))
  return socket
}
