import { accessSync, constants, lstatSync, type Stats, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, isIPv4, type ListenOptions } from 'node:net'
import { dirname } from 'node:path'
import { codeOf } from '../files/errno.ts'
import { type ListenAddress, schemeOf } from '../settings/listen-address.ts'
import { hostAndPort } from '../words/host-and-port.ts'
import { listenErrorWords } from './listen-error-words.ts'

/** An address that cannot be listened on: taken, or not permitted. */
export class ListenError extends Error {
  readonly address: string
  readonly code: string

  constructor(address: string, code: string, cause?: unknown) {
    super(listenErrorWords().cannotListen(address, code), { cause })
    this.name = 'ListenError'
    this.address = address
    this.code = code
  }
}

export type Listening = {
  /** For people: `http://127.0.0.1:8228`, `https://192.0.2.7:8443`, `unix:/run/sidecar.sock`. */
  addresses: string[]
  servers: Server[]
}

/**
 * Listens on every address, each with a server of its own, or on none.
 *
 * @throws ListenError naming the first address that cannot be had
 */
export async function listenOnAll(
  addresses: readonly ListenAddress[],
  newServer: (address: ListenAddress) => Server,
): Promise<Listening> {
  const listening: Listening = { addresses: [], servers: [] }
  try {
    for (const address of addresses) {
      // [::] would take the port on IPv4 as well, where another of our servers needs it.
      const ipv6Only = addresses.some(
        (other) => other.kind === 'tcp' && address.kind === 'tcp' && isIPv4(other.host) && other.port === address.port,
      )
      const { addresses: named, servers } = await listenOn(address, ipv6Only, () => newServer(address))
      listening.addresses.push(...named)
      listening.servers.push(...servers)
    }
  } catch (error) {
    for (const server of listening.servers) server.close()
    throw error
  }
  return listening
}

/**
 * Listens for a moment. A socket file is only looked at: making one could replace another program's.
 *
 * @throws ListenError naming the first address that cannot be had
 */
export async function tryToListen(addresses: readonly ListenAddress[]): Promise<void> {
  for (const address of addresses) if (address.kind === 'unix') await lookAtFile(address.path)
  const others = addresses.filter(({ kind }) => kind !== 'unix')
  const { servers } = await listenOnAll(others, () => createServer())
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
}

async function listenOn(address: ListenAddress, ipv6Only: boolean, newServer: () => Server): Promise<Listening> {
  if (address.kind === 'unix') return listenOnFile(address, newServer)
  const scheme = schemeOf(address)
  if (address.kind === 'localhost') return listenOnLoopback(address.port, scheme, newServer)
  const { host, port } = address
  const server = newServer()
  const bound = await bind(server, { host, port, ipv6Only }, hostAndPort(host, port))
  return { addresses: [`${scheme}://${hostAndPort(host, bound)}`], servers: [server] }
}

/**
 * 127.0.0.1 and ::1 with one port: another program on one of the two would get calls meant for us (design/libraries 28). ::1 is
 * left out only where the machine has no IPv6.
 */
async function listenOnLoopback(port: number, scheme: string, newServer: () => Server): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const v4 = newServer()
    const bound = await bind(v4, { host: '127.0.0.1', port }, `127.0.0.1:${port}`)
    const v6 = newServer()
    try {
      await bind(v6, { host: '::1', port: bound }, `[::1]:${bound}`)
      return { addresses: [`${scheme}://127.0.0.1:${bound}`, `${scheme}://[::1]:${bound}`], servers: [v4, v6] }
    } catch (error) {
      const code = error instanceof ListenError ? error.code : ''
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')
        return { addresses: [`${scheme}://127.0.0.1:${bound}`], servers: [v4] }
      v4.close()
      if (port !== 0 || attempt === 10) throw error
    }
  }
}

/**
 * A socket file, never more open than `mode` even for a moment: the umask applies while it is created (design/libraries 29).
 */
async function listenOnFile(
  { path, mode }: { path: string; mode: number },
  newServer: () => Server,
): Promise<Listening> {
  const name = `unix:${path}`
  const stale = await staleSocket(path, name)
  const server = newServer()
  const before = process.umask(0o777 & ~mode)
  let bound: Promise<number>
  try {
    if (stale !== undefined) remove(path, stale, name)
    // grip: synchronous bind
    bound = bind(server, { path }, name)
  } finally {
    process.umask(before)
  }
  await bound
  return { addresses: [name], servers: [server] }
}

/** A socket file that nobody listens on any more. @throws ListenError for one that is alive, and any other file */
async function staleSocket(path: string, name: string): Promise<Stats | undefined> {
  const found = statOf(path)
  if (found !== undefined && (!found.isSocket() || (await answers(path)))) throw new ListenError(name, 'EADDRINUSE')
  return found
}

async function lookAtFile(path: string): Promise<void> {
  const name = `unix:${path}`
  await staleSocket(path, name)
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new ListenError(name, codeOf(error), error)
  }
}

/** Removes the file that was judged, unless another process has replaced it since. @throws ListenError */
function remove(path: string, judged: Stats, name: string): void {
  const found = statOf(path)
  if (found === undefined) return
  if (found.ino !== judged.ino || found.ctimeMs !== judged.ctimeMs) throw new ListenError(name, 'EADDRINUSE')
  try {
    unlinkSync(path)
  } catch (error) {
    throw new ListenError(name, codeOf(error), error)
  }
}

/** Undefined where there is no file, or none that may be looked at: then listening fails and tells why. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Whether somebody listens on a socket file; assumed where we may not connect. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'))
  })
}

/** @returns the port that was bound, 0 for a socket file */
function bind(server: Server, options: ListenOptions, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(name, codeOf(error), error)))
    server.listen({ ...options, exclusive: true }, () => {
      server.removeAllListeners('error')
      const address: string | AddressInfo | null = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : 0)
    })
  })
}

/** Stops listening; answers that are still leaving get `patienceMs`. */
export async function closeServer(server: Server, patienceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs)
  await closed
  clearTimeout(timer)
}
