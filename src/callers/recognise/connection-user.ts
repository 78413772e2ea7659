import { readFileSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { endInTables, lookAtConnections, type Ports, type Rows } from '../../network/connection-tables.ts'
import { isLoopback } from '../../settings/listen-address.ts'
import { spreadOut } from './spread-out.ts'

/** Of a connection that has been looked up: its user, or that nobody can tell. */
const users = new WeakMap<Socket, { uid: number | undefined }>()

/**
 * The Linux user at the other end of a TCP connection on loopback, from the kernel's tables of connections (design/promises
 * 8.5). Looked up once for each connection; a promise until it is known. Undefined where nobody can tell: a socket file,
 * another machine, another system, no row, a table that cannot be read.
 */
export function userOf(socket: Socket): number | undefined | Promise<number | undefined> {
  const known = users.get(socket)
  if (known !== undefined) return known.uid
  const connection = process.platform === 'linux' ? connectionOf(socket) : undefined
  if (connection === undefined) return undefined
  return lookUp(socket, connection).then((found) => {
    const uid = socket.destroyed ? undefined : someone(found, ownUsers)
    users.set(socket, { uid })
    return uid
  })
}

/** What a connection's two rows have, that of the peer and our own. */
export type Connection = Readonly<{
  peer: Readonly<{ ports: Ports; ends: string }>
  own: Readonly<{ ports: Ports; ends: string; inode: string }>
}>

function connectionOf(socket: Socket): Connection | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  if (remoteAddress === undefined || remotePort === undefined) return undefined // A socket file.
  if (localAddress === undefined || localPort === undefined || !isLoopback(remoteAddress)) return undefined
  const remote = endInTables(remoteAddress, remotePort)
  const local = endInTables(localAddress, localPort)
  const inode = inodeOf(socket)
  if (remote === undefined || local === undefined || inode === undefined) return undefined
  return {
    peer: { ports: { local: remotePort, remote: localPort }, ends: `${remote} ${local}` },
    own: { ports: { local: localPort, remote: remotePort }, ends: `${local} ${remote}`, inode },
  }
}

/**
 * The number of our own socket. Only the handle, which is private to Node, knows the descriptor; where it does not, nobody
 * is recognised. Asked at once: between two steps of this thread no descriptor is closed or given to another socket.
 */
function inodeOf(socket: Socket): string | undefined {
  // grip: descriptor of a socket
  const handle: unknown = Reflect.get(socket, '_handle')
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined
  if (typeof fd !== 'number' || fd < 0) return undefined
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
  } catch {
    return undefined
  }
}

/** Two are needed; the others are for rows that the kernel passed over. */
const mostLooks = 5

async function lookUp(socket: Socket, { peer, own }: Connection): Promise<number | undefined> {
  const judge = judgeOf({ peer, own })
  for (let looks = 0; looks < mostLooks && !socket.destroyed; looks++) {
    const judged = judge(await nextLook(peer.ports, own.ports))
    if (judged !== undefined) {
      await spreadOut()
      return judged.uid
    }
  }
  return undefined
}

/**
 * Judges one look after the other; undefined as long as nothing is sure.
 *
 * The peer may have reset its connection, which a socket that is not read from does not notice, and its port may be
 * another program's by now, whose row looks just the same (design/libraries 64). But as long as our own end is established nobody else can
 * have both addresses and ports. So a row is believed only once a later look has found our own end in that state: it was
 * in it, then, all the time before. It is told from one of another connection between the same ports by its inode.
 */
export function judgeOf({ peer, own }: Connection): (rows: Rows) => { uid: number | undefined } | undefined {
  const found = new Map<string, number>()
  return (rows) => {
    const isOurs = rows(own.ports).some(({ ends, inode }) => ends === own.ends && inode === own.inode)
    const isLater = found.size > 0
    for (const { ends, inode, uid } of rows(peer.ports)) if (ends === peer.ends) found.set(inode, uid)
    if (!isLater || !isOurs) return undefined
    const [uid] = found.values()
    return { uid: found.size === 1 ? uid : undefined }
  }
}

let looking: Promise<unknown> = Promise.resolve()
let next: Readonly<{ wanted: Ports[]; rows: Promise<Rows> }> | undefined

/**
 * A look at the tables as they are from now on: one for all that wait. Those who come while one is under way wait for the
 * next, since it may have passed their row.
 */
function nextLook(...ports: Ports[]): Promise<Rows> {
  next ??= lookNext()
  next.wanted.push(...ports)
  return next.rows
}

function lookNext() {
  const wanted: Ports[] = []
  const rows = looking.then(() => {
    next = undefined
    return lookAtConnections(wanted)
  })
  looking = rows
  return { wanted, rows }
}

/** What the kernel shows of every user that a user namespace does not have (user_namespaces(7)). */
const overflowUser = 65_534
/** `0 0 4294967295` outside of all user namespaces: there the number is nobody's own. */
const ownUsers = process.platform === 'linux' ? readTextOrNothing('/proc/self/uid_map') : ''

function readTextOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/**
 * In a user namespace, as rootless containers and systemd's `PrivateUsers=yes` have one, all other users look the same:
 * nobody can be told then.
 *
 * @param map /proc/self/uid_map
 */
export function someone(uid: number | undefined, map: string): number | undefined {
  return uid === overflowUser && !seesAll(map) ? undefined : uid
}

function seesAll(map: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(map)
}

/** Whether this process is in a user namespace, where most users cannot be told from each other. */
export function inUserNamespace(): boolean {
  return process.platform === 'linux' && !seesAll(ownUsers)
}
