import type { Server } from 'node:http'
import { type Entrance, setEntrance } from '../forwarding/turns/share-register.ts'
import { onConnection } from '../http/tls-server.ts'
import { type ListenAddress, nameOf } from '../settings/listen-address.ts'

/**
 * Servers whose connections know their entry of SIDECAR_LISTEN: callers without a name have one share for each entry.
 * `localhost` is one entry, and two servers.
 */
export function entrances(newServer: (address: ListenAddress) => Server): (address: ListenAddress) => Server {
  const known = new Map<ListenAddress, Entrance>()
  return (address) => {
    const server = newServer(address)
    const entrance = known.get(address) ?? { name: nameOf(address), share: undefined }
    known.set(address, entrance)
    server.once('listening', () => {
      if (address.kind !== 'unix' && address.port === 0) entrance.name = withPort(server, entrance.name)
    })
    onConnection(server, (socket) => setEntrance(socket, entrance))
    return server
  }
}

/** The entry's name with the real port in place of port 0. */
function withPort(server: Server, name: string): string {
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? name : name.replace(/:\d+$/, `:${bound.port}`)
}
