import { type FileHandle, open } from 'node:fs/promises'

/** The ports of a connection, as one of its two ends sees them. */
export type Ports = Readonly<{ local: number; remote: number }>

/** One end of an established connection, where a process has the socket of that end open. */
export type ConnectionRow = Readonly<{
  /** Local and remote address and port, as hex; an IPv4 address is the same in both tables. */
  ends: string
  uid: number
  /** Of the socket. */
  inode: string
  /** Bytes not sent yet, or not acknowledged. */
  queuedBytes: number
}>

/** Finds rows in the result of one look at the tables. */
export type Rows = (ports: Ports) => readonly ConnectionRow[]

/** Rows by `keyOf` their ports. */
export type FoundRows = ReadonlyMap<number, ConnectionRow[]>

const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6']

/**
 * Looks at the kernel's tables of TCP connections, IPv4 and IPv6 (proc(5)), for rows with these ports; where there are no tables
 * it finds none. While connections come and go, the kernel can skip a row, or show one twice.
 *
 * The kernel takes 5 to 10 ms, more with many connections, while a thread of libuv waits. The main thread is never busy for long
 * at once: Linux gives 4 KB at a time, and only wanted rows become text.
 */
export async function lookAtConnections(wanted: Iterable<Ports>): Promise<Rows> {
  const found = new Map([...wanted].map((ports): [number, ConnectionRow[]] => [keyOf(ports), []]))
  for (const path of tables) {
    const file = await open(path).catch(() => undefined)
    if (file !== undefined) await readRows(file, found)
  }
  return rowsIn(found)
}

export function rowsIn(found: FoundRows): Rows {
  return (ports) => found.get(keyOf(ports)) ?? []
}

/** Both ports as one number. */
export function keyOf({ local, remote }: Ports): number {
  return local * 0x1_0000 + remote
}

async function readRows(file: FileHandle, found: FoundRows): Promise<void> {
  const buffer = Buffer.allocUnsafe(16_384)
  let filled = 0
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled)
      if (bytesRead === 0) return
      filled += bytesRead
      const taken = takeRows(buffer.subarray(0, filled), found)
      buffer.copyWithin(0, taken, filled)
      filled -= taken
    }
  } catch {
    // Treated as the end of the table.
  } finally {
    await file.close()
  }
}

const colon = 0x3a

/**
 * Adds the rows whose ports are in `found`.
 *
 * @param text of a table, from the beginning of a line
 * @returns how much of it was whole lines
 */
export function takeRows(text: Buffer, found: FoundRows): number {
  let begin = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
    takeRow(text, begin, end, found)
    begin = end + 1
  }
  return begin
}

/** `   7: 0100007F:2024 0100007F:C001 01 …`: number, local address and port, remote ones, state; 01 is ESTABLISHED. */
function takeRow(text: Buffer, begin: number, end: number, found: FoundRows): void {
  let local = begin
  while (local < end && text[local] !== colon) local++
  local += 2
  const digits = text[local + 8] === colon ? 8 : 32
  const remote = local + digits + 6
  const state = remote + digits + 6
  if (state >= end || text[state] !== 0x30 || text[state + 1] !== 0x31) return
  const rows = found.get(portAt(text, local + digits + 1) * 0x1_0000 + portAt(text, remote + digits + 1))
  const row = rows && readRow(text.toString('latin1', local, end))
  if (row === undefined) return
  const before = rows?.findIndex(({ inode }) => inode === row.inode) ?? -1
  if (before === -1) rows?.push(row)
  else rows?.splice(before, 1, row) // Shown twice: the later one is newer.
}

function portAt(text: Buffer, at: number): number {
  let port = 0
  for (let i = at; i < at + 4; i++) {
    const byte = text[i] ?? 0
    port = port * 16 + (byte < 0x40 ? byte - 0x30 : byte - 0x37)
  }
  return port
}

/** Undefined without an inode: the socket is closed, and the user in its row is not reliable. */
function readRow(text: string): ConnectionRow | undefined {
  const [, ends = '', queued = '', uid, inode] =
    /^([\dA-F]+:[\dA-F]{4} [\dA-F]+:[\dA-F]{4}) 01 ([\dA-F]{8}):\S+ \S+ \S+ +(\d+) +\d+ (\d+) /.exec(text) ?? []
  if (inode === undefined || inode === '0') return undefined
  return { ends: ends.replace(mapped, ''), uid: Number(uid), inode, queuedBytes: Number.parseInt(queued, 16) }
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** An IPv4 connection over an IPv6 socket is in tcp6, with both addresses mapped. */
const mapped = new RegExp(`\\b${'0'.repeat(16)}${littleEndian ? 'FFFF0000' : '0000FFFF'}(?=[\\dA-F]{8}:)`, 'g')

/**
 * An address and port as in a row: each 32 bits of the address in the byte order of the machine. Undefined for addresses other
 * than `::1` and IPv4.
 */
export function endInTables(address: string, port: number): string | undefined {
  const hex = address === '::1' ? ipv6Loopback : ipv4(address)
  return hex && `${hex}:${port.toString(16).toUpperCase().padStart(4, '0')}`
}

const ipv6Loopback = `${'0'.repeat(24)}${littleEndian ? '01000000' : '00000001'}`

/** Of `127.0.0.1`, or of `::ffff:127.0.0.1`, as a listener on [::] sees it. */
function ipv4(address: string): string | undefined {
  const bytes = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address)?.slice(1)
  if (bytes === undefined) return undefined
  const hex = (littleEndian ? bytes.reverse() : bytes).map((byte) => Number(byte).toString(16).padStart(2, '0'))
  return hex.join('').toUpperCase()
}
