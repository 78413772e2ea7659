import { readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { textOrNothing } from '../../files/open-file.ts'
import { endInTables, lookAtConnections, type Ports, type Rows } from '../../network/connection-tables.ts'
import { isLoopback } from '../../settings/listen-address.ts'

/** The users of connections that have been looked up; `uid` is undefined where it could not be told. */
const users = new WeakMap<Socket, { uid: number | undefined }>()

/**
 * The Linux user at the other end of a TCP connection on loopback, from the kernel's tables of connections (design/promises
 * 8.5). Looked up once for each connection; a promise until it is known. Undefined where it cannot be told: a socket file,
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

/** The two rows of a connection in the tables: the peer's and our own. */
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
 * The inode of our own socket. Only the handle, which is private to Node, knows the descriptor; without it nobody is
 * recognised. Asked at once: between two steps of this thread no descriptor is closed or given to another socket.
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

/** Two looks are needed; the others are for rows that the kernel passed over. */
const mostLooks = 5

async function lookUp(socket: Socket, { peer, own }: Connection): Promise<number | undefined> {
  const judge = judgeOf({ peer, own })
  for (let looks = 0; looks < mostLooks && !socket.destroyed; looks++) {
    const judged = judge(await nextLook(peer.ports, own.ports))
    if (judged !== undefined) {
      await stagger()
      return judged.uid
    }
  }
  return undefined
}

/**
 * Judges one look after another; undefined as long as nothing is sure.
 *
 * The peer may have reset its connection, which a socket that is not read from does not notice, and another program may have
 * its port by now, with a row that looks just the same (design/libraries 64). But as long as our own end is established, no
 * other connection can have both addresses and ports. So a row is believed only once a later look has found our own end
 * established, with the same inode: then it was so all the time before.
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
 * The next look at the tables, shared by all that wait. A connection that comes while a look is under way waits for the next
 * one, since this one may have passed its row.
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

/** The id that the kernel shows for users outside of a user namespace (user_namespaces(7)). */
const overflowUser = 65_534
/** `0 0 4294967295` outside of all user namespaces, where 65534 is a user like any other. */
const ownUsers = process.platform === 'linux' ? textOrNothing('/proc/self/uid_map') : ''

/**
 * The user, unless it cannot be told: in a user namespace, as of rootless containers and systemd's `PrivateUsers=yes`, all
 * users from outside look the same.
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

/** Each request that goes on costs some tenths of a millisecond. */
const atOnce = 20

const waiting: (() => void)[] = []

/** Lets at most so many calls a tick go on: all at once after the same wait would hold up everything else. */
function stagger(): Promise<void> {
  if (waiting.length === 0) setImmediate(letSomeGo)
  return new Promise((resolve) => waiting.push(resolve))
}

function letSomeGo(): void {
  for (const go of waiting.splice(0, atOnce)) go()
  if (waiting.length > 0) setImmediate(letSomeGo)
}
