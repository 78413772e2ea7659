import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connectionTables, mostLooks, portInTables } from '../network/connection-tables.ts'
import { isLoopback } from '../settings/listen-address.ts'

/** Of a connection that has been looked up: its user, or that nobody can tell. */
const users = new WeakMap<Socket, { uid: number | undefined }>()

/**
 * The Linux user at the other end of a TCP connection on loopback, from the kernel's table of sockets (design/promises 8.5).
 * Looked up once for each connection; a promise until it is known. Undefined where nobody can tell: a socket file,
 * another machine, another system, no row, a table that cannot be read.
 */
export function userOf(socket: Socket): number | undefined | Promise<number | undefined> {
  const known = users.get(socket)
  if (known !== undefined) return known.uid
  const needle = needleOf(socket)
  if (process.platform !== 'linux' || needle === undefined) return undefined
  return lookUp(socket, needle).then((found) => {
    const uid = socket.destroyed ? undefined : someone(found, ownUsers)
    users.set(socket, { uid })
    return uid
  })
}

async function lookUp(socket: Socket, needle: string): Promise<number | undefined> {
  for (let looks = 0; looks < mostLooks && !socket.destroyed; looks++) {
    const uid = uidIn(await nextTables(), needle)
    if (uid !== undefined) return uid
  }
  return undefined
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

let reading: Promise<unknown> | undefined
let next: Promise<readonly string[]> | undefined

/**
 * The tables as they are from now on: one read for all that wait. Those who come while one is under way wait for the
 * next, since it may have passed their row.
 */
function nextTables(): Promise<readonly string[]> {
  next ??= Promise.resolve(reading).then(() => {
    const tables = connectionTables()
    reading = tables
    next = undefined
    return tables
  })
  return next
}

/** The peer's own row: its local address is our remote one (proc(5)); 01 is ESTABLISHED. */
function needleOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined // A socket file.
  if (localAddress === undefined || localPort === undefined || !isLoopback(remoteAddress)) return undefined
  return `${end(remoteAddress, remotePort)} ${end(localAddress, localPort)} 01 `
}

/** An address and port as the table has them: each 32 bits of the address in the byte order of the machine. */
function end(address: string, port: number): string {
  return `${address.includes('.') ? ipv4(address) : ipv6Loopback}:${portInTables(port)}`
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
const ipv6Loopback = `${'0'.repeat(24)}${littleEndian ? '01000000' : '00000001'}`

/** Of `127.0.0.1`, or of `::ffff:127.0.0.1`, which is how a listener on [::] sees it. */
function ipv4(address: string): string {
  const bytes = address.slice(address.lastIndexOf(':') + 1).split('.')
  const hex = (littleEndian ? bytes.reverse() : bytes).map((byte) => Number(byte).toString(16).padStart(2, '0'))
  return hex.join('').toUpperCase()
}

/**
 * The user of the one row with both ends. An IPv4 connection of a program that uses an IPv6 socket stands in tcp6, with its
 * addresses mapped. Rows without an inode are of sockets that are closed: their user is not to be believed.
 */
export function uidIn(tables: readonly string[], needle: string): number | undefined {
  const mapped = needle.replace(/([0-9A-F]{8}):([0-9A-F]{4}) ([0-9A-F]{8}):/, `${mappedPrefix}$1:$2 ${mappedPrefix}$3:`)
  // A row can come twice.
  const found = new Map(tables.flatMap((table) => [...new Set([needle, mapped])].flatMap((one) => rowsOf(table, one))))
  const [uid] = found.values()
  return found.size === 1 ? uid : undefined
}

const mappedPrefix = `${'0'.repeat(16)}${littleEndian ? 'FFFF0000' : '0000FFFF'}`

/** Inode and user of each. */
function rowsOf(table: string, needle: string): [inode: string, uid: number][] {
  const rows: [string, number][] = []
  for (let at = table.indexOf(` ${needle}`); at !== -1; at = table.indexOf(` ${needle}`, at + 1)) {
    const rest = table.slice(at + 1 + needle.length, table.indexOf('\n', at) >>> 0)
    const [, uid, inode] = /^\S+ \S+ \S+ +(\d+) +\d+ (\d+)/.exec(rest) ?? []
    if (inode !== undefined && inode !== '0') rows.push([inode, Number(uid)])
  }
  return rows
}
