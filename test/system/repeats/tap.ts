import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Ending } from '../../support/sidecar.ts'

const ends = { open: 'leaves its connection open', FIN: 'FIN', RST: 'RST', cut: 'its connection is cut' }

type Connection = { bytes: string; end: keyof typeof ends }

/** Stands before a sidecar, passes on bytes and ends as they come, and sees what a program sends. */
export async function startTap(t: Ending, to: number) {
  /** Those with a whole request: on a busy machine a program may give up before it has sent all of its first. */
  const connections: Connection[] = []
  const sockets: Socket[] = []
  /** How the first connection had ended when the second try came. */
  let firstEnd: Connection['end'] = 'open'
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true })
    sockets.push(incoming, outgoing)
    const connection: Connection = { bytes: '', end: 'open' }
    incoming.on('data', (chunk) => {
      if (connections.includes(connection)) return // Its next request, if there is one.
      connection.bytes += chunk.toString('latin1')
      if (!isWhole(connection.bytes)) return
      connections.push(connection)
      if (connections.length === 2) firstEnd = connections[0]?.end ?? 'open'
    })
    incoming.on('end', () => {
      connection.end = 'FIN'
    })
    incoming.on('error', () => {
      connection.end = 'RST'
      outgoing.resetAndDestroy()
    })
    outgoing.on('error', () => incoming.resetAndDestroy())
    incoming.pipe(outgoing).pipe(incoming)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    /** Ends the first connection on both sides. */
    cut() {
      for (const connection of connections) connection.end = 'cut'
      for (const socket of sockets) socket.destroy()
    },
    seen: () => ({ left: ends[firstEnd], sends: compared(connections) }),
  }
}

/** What the second try has in common with the first. */
function compared([first, second]: Connection[]): string {
  if (first === undefined || second === undefined) throw new Error('it came once')
  // Mono asks for a lasting connection by its first request only.
  const [one = '', two = ''] = [first.bytes, second.bytes].map((bytes) => bytes.replace(/^Connection: .*\r\n/im, ''))
  if (one === two) return 'the same bytes'
  return one.replaceAll(boundary(one), '') === two.replaceAll(boundary(two), '') ? 'another boundary' : 'other bytes'
}

function isWhole(bytes: string): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  const [, length] = /^content-length: (\d+)/im.exec(bytes) ?? []
  return end > 0 && bytes.length >= end + 4 + Number(length)
}

function boundary(bytes: string): string {
  return /; boundary=(\S+)/.exec(bytes)?.[1] ?? 'boundary'
}
