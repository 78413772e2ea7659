import type { Connection } from './connection.ts'
import type { Kind } from './requests.ts'
import type { Tally } from './tally.ts'

/** Sends one request, and counts its answer. */
export function single(connection: Connection, head: Buffer, kind: Kind, tally: Tally): Promise<void> {
  const sentAt = performance.now()
  return new Promise((resolve, reject) => {
    connection.send(head, kind, (error) => {
      if (error !== undefined) return reject(error)
      tally.add(connection, performance.now() - sentAt)
      resolve()
    })
  })
}
