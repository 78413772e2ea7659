import { chmodSync } from 'node:fs'
import type { Server } from 'node:http'
import type { CallersFile } from '../callers/caller.ts'
import { type Owner, setOwner } from '../callers/recognise/recognise.ts'
import { onConnection } from '../http/tls-server.ts'
import { ListenError, listenOnAll } from '../network/listen.ts'
import { type ListenAddress, shownAddresses } from '../settings/listen-address.ts'

/** A listener of one caller, with its addresses. A connection belongs to the listener's owner at the time it was opened. */
type Opened = { owner: Owner; mode: number; servers: readonly Server[]; addresses: readonly string[] }

/** An address that cannot be listened on, and the line of the callers file that names it. */
export type NotOpened = Readonly<{ line: number; error: ListenError }>

type Wanted = Readonly<{ name: string; address: ListenAddress; line: number; place: string }>

/** The listeners of single callers, which come and go with the callers file (design/promises 8.4). */
export function callerListeners(newServer: (address: ListenAddress) => Server) {
  let open: ReadonlyMap<string, Opened> = new Map()
  const retired: Server[] = []

  /** Opens the listeners that are not open yet, all or none. */
  async function openNew(wanted: readonly Wanted[], fresh: Map<string, Opened>): Promise<NotOpened | undefined> {
    for (const { address, line, place } of wanted) {
      if (open.has(place)) continue
      try {
        fresh.set(place, await openFor(address, newServer))
      } catch (error) {
        for (const { servers } of fresh.values()) for (const server of servers) server.close()
        if (error instanceof ListenError) return { line, error }
        throw error
      }
    }
    return undefined
  }

  function retire({ owner, servers }: Opened): void {
    owner.name = undefined // Kept-alive connections have no owner from here on.
    for (const server of servers) server.close()
    retired.push(...servers)
  }

  /**
   * Gives a listener another owner or mode. Older connections lose their owner, since they were opened under another name or a
   * wider mode. Idle ones are closed, so that programs open new ones.
   */
  function handOver(listener: Opened, name: string, address: ListenAddress): void {
    const mode = modeOf(address)
    const isNarrower = (listener.mode & ~mode) !== 0
    if (address.kind === 'unix' && listener.mode !== mode) chmodSync(address.path, mode)
    listener.mode = mode
    if (listener.owner.name === name && !isNarrower) return
    listener.owner.name = undefined
    listener.owner = { name }
    for (const server of listener.servers) server.closeIdleConnections()
  }

  return {
    /** Opens the listeners of a file and closes all others. If one cannot be opened, nothing changes. */
    async useFile({ sections }: CallersFile): Promise<NotOpened | undefined> {
      const wanted = sections.flatMap(({ name, listen }) =>
        listen.map(({ value: address, line }) => ({ name, address, line, place: placeOf(name, address) })),
      )
      const fresh = new Map<string, Opened>()
      const notOpened = await openNew(wanted, fresh)
      if (notOpened !== undefined) return notOpened
      const next = new Map<string, Opened>()
      for (const { name, address, place } of wanted) {
        const listener = fresh.get(place) ?? open.get(place)
        if (listener === undefined) continue
        if (open.has(place)) handOver(listener, name, address)
        else listener.owner.name = name
        next.set(place, listener)
      }
      for (const [place, listener] of open) if (!next.has(place)) retire(listener)
      open = next
      return undefined
    },
    /** Closed ones too: an answer may still be leaving. */
    servers: (): Server[] => [...[...open.values()].flatMap(({ servers }) => servers), ...retired],
    /** By caller. */
    addresses: () =>
      [...open.values()].flatMap(({ owner: { name = '' }, addresses }) =>
        addresses.map((address) => ({ caller: name, address })),
      ),
  }
}

async function openFor(address: ListenAddress, newServer: (address: ListenAddress) => Server): Promise<Opened> {
  const opened: Opened = { owner: { name: undefined }, mode: modeOf(address), servers: [], addresses: [] }
  const listening = await listenOnAll([address], () => {
    const server = newServer(address)
    onConnection(server, (socket) => setOwner(socket, opened.owner))
    return server
  })
  return Object.assign(opened, listening)
}

/** Of a socket file; a port has none. */
function modeOf(address: ListenAddress): number {
  return address.kind === 'unix' ? address.mode : 0
}

/** Identifies a listener: the mode of a socket file may change, and port 0 is another port each time. */
function placeOf(name: string, address: ListenAddress): string {
  if (address.kind === 'unix') return address.path
  return address.port === 0 ? `${name} ${shownAddresses([address])}` : shownAddresses([address])
}
