import type { Socket } from 'node:net'
import { connectionTables, mostLooks, portInTables } from '../network/connection-tables.ts'

/**
 * How much of what was written to a socket its peer has taken, as near as can be known. Between programs of one machine
 * Linux takes 4 MB at once and over 1 MB at a time from then on: who reads 20 KB a second would show nothing for a
 * minute. What it has not passed on yet stands in its table of connections; where there is none, as for socket
 * files, what has been handed to the kernel counts as taken.
 *
 * @returns undefined for a socket of which the kernel took more while the table was read: who knows whether that is in it
 */
export async function takenByPeers(
  sockets: readonly Socket[],
  readTables = connectionTables,
): Promise<(socket: Socket) => number | undefined> {
  if (sockets.length === 0) return () => undefined
  const before = new Map(sockets.map((socket) => [socket, handedOver(socket)]))
  const looks: string[][] = []
  while (looks.length < mostLooks && !sockets.every((socket) => rowsOf(socket, looks).length > 0)) {
    looks.push(await readTables())
  }
  return (socket) => {
    const handed = handedOver(socket)
    return handed === before.get(socket) ? handed - heldBack(socket, looks) : undefined
  }
}

/** A write is partly done while the kernel has no room; only the handle knows, and Node's own time-out asks it too. */
function handedOver(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return 0
  return Number(Reflect.get(handle, 'bytesWritten')) - Number(Reflect.get(handle, 'writeQueueSize'))
}

/** What the kernel has sent and seen no receipt for, or not sent. */
function heldBack(socket: Socket, looks: readonly string[][]): number {
  const [queued, another] = rowsOf(socket, looks)
  return queued === undefined || another !== undefined ? 0 : Number.parseInt(queued, 16)
}

/**
 * `tx_queue` of the rows with both ports, in the first look that has one (proc(5)). Of one that comes twice the later counts.
 */
function rowsOf({ localPort, remotePort }: Socket, looks: readonly string[][]): string[] {
  if (localPort === undefined || remotePort === undefined) return []
  const established = `([0-9A-F]+:${portInTables(localPort)} [0-9A-F]+:${portInTables(remotePort)}) 01 ([0-9A-F]{8}):`
  for (const tables of looks) {
    const rows = tables.flatMap((table) => [...table.matchAll(new RegExp(established, 'g'))])
    const byEnds = new Map(rows.map(([, ends, queued = '']) => [ends, queued]))
    if (byEnds.size > 0) return [...byEnds.values()]
  }
  return []
}
