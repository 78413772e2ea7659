import type { Answers, Commands } from './commands.ts'
import type { Connection } from './connection.ts'
import { connections } from './pool.ts'
import { heads, shaped } from './requests.ts'
import { startTally } from './tally.ts'

/** As many requests as fast as `count` connections get them answered. */
export async function burst({
  target,
  requests,
  kind: name = 'get',
  connections: count = 64,
  shape,
}: Commands['burst']): Promise<Answers['burst']> {
  const kind = shaped(name, shape)
  const tally = startTally(target, kind, requests)
  let sent = 0
  const open = await connections(target, count)
  const one = (connection: Connection, index: number) =>
    new Promise<void>((resolve, reject) => {
      const head = heads(target, kind, index)
      const next = () => {
        if (sent === requests) return resolve()
        const begun = performance.now()
        connection.send(head(sent++), kind, (error) => {
          if (error !== undefined) return reject(error)
          tally.add(connection, performance.now() - begun)
          next()
        })
      }
      next()
    })
  const begun = performance.now()
  await Promise.all(open.map(one))
  return { ...tally.result(), seconds: (performance.now() - begun) / 1000 }
}
