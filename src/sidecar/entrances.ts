import type { Server } from 'node:http'
import { type Entrance, setEntrance } from '../forwarding/turns/share-register.ts'
import { type ListenAddress, nameOf } from '../settings/listen-address.ts'

/**
 * Servers of which each connection knows by which entry of SIDECAR_LISTEN it came in: who has no name shares the places
 * with all who came by the same one. `localhost` is one entry, and two servers.
 */
export function entrances(newServer: () => Server): (address: ListenAddress) => Server {
  const known = new Map<ListenAddress, Entrance>()
  return (address) => {
    const server = newServer()
    const entrance = known.get(address) ?? { name: nameOf(address), share: undefined }
    known.set(address, entrance)
    server.once('listening', () => {
      if (address.kind !== 'unix' && address.port === 0) entrance.name = withPort(server, entrance.name)
    })
    server.on('connection', (socket) => setEntrance(socket, entrance))
    return server
  }
}

/** Port 0 was any free one. */
function withPort(server: Server, name: string): string {
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? name : name.replace(/:\d+$/, `:${bound.port}`)
}
