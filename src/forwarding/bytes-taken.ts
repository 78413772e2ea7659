import type { Socket } from 'node:net'
import { type ConnectionRow, lookAtConnections, type Ports, type Rows } from '../network/connection-tables.ts'

/** A row that the kernel passed over is looked for again. */
const mostLooks = 3

/**
 * How much of what was written to a socket its peer has taken, as near as can be known. Between programs of one machine
 * Linux takes 4 MB at once and over 1 MB at a time from then on: a peer that reads 20 KB a second would show nothing
 * for a minute. The bytes that it has not passed on yet stand in its table of connections; where there is none, as for socket
 * files, all that has been handed to the kernel counts as taken.
 *
 * @returns undefined for a socket of which the kernel took more while the table was read: the table may have it or not
 */
export async function takenByPeers(
  sockets: readonly Socket[],
  look = lookAtConnections,
): Promise<(socket: Socket) => number | undefined> {
  if (sockets.length === 0) return () => undefined
  const before = new Map(sockets.map((socket) => [socket, handedOver(socket)]))
  const ports = sockets.flatMap((socket) => portsOf(socket) ?? [])
  const looks: Rows[] = []
  while (looks.length < mostLooks && !sockets.every((socket) => rowsOf(socket, looks).length > 0)) {
    looks.push(await look(ports))
  }
  return (socket) => {
    const handed = handedOver(socket)
    return handed === before.get(socket) ? handed - heldBack(socket, looks) : undefined
  }
}

/** A write is partly done while the kernel has no room; only the handle knows, and Node's own time-out asks it too. */
function handedOver(socket: Socket): number {
  // grip: counters of a socket
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return 0
  return Number(Reflect.get(handle, 'bytesWritten')) - Number(Reflect.get(handle, 'writeQueueSize'))
}

/** Bytes that the kernel has not sent, or has no receipt for; 0 where two rows could be the socket's. */
function heldBack(socket: Socket, looks: readonly Rows[]): number {
  const [row, another] = rowsOf(socket, looks)
  return row === undefined || another !== undefined ? 0 : row.queuedBytes
}

/** The rows with both ports, in the first look that has one. */
function rowsOf(socket: Socket, looks: readonly Rows[]): readonly ConnectionRow[] {
  const ports = portsOf(socket)
  if (ports === undefined) return []
  return looks.map((rows) => rows(ports)).find((rows) => rows.length > 0) ?? []
}

function portsOf({ localPort: local, remotePort: remote }: Socket): Ports | undefined {
  return local === undefined || remote === undefined ? undefined : { local, remote }
}
