import { setTimeout as sleep } from 'node:timers/promises'
import type { Answers, Commands } from './commands.ts'
import { Connection } from './connection.ts'
import { heads, shaped } from './requests.ts'
import { single } from './single.ts'
import { startTally } from './tally.ts'

/** Asks for a huge answer and reads nothing of it for a while, then the rest. */
export async function stall({ target, holdMs }: Commands['stall']): Promise<Answers['stall']> {
  const kind = shaped('huge')
  const connection = new Connection(target)
  await connection.open
  connection.socket.pause()
  const tally = startTally(target, kind, 1)
  const answered = single(connection, heads(target, kind)(0), kind, tally)
  await sleep(holdMs)
  connection.socket.resume()
  await answered
  connection.socket.destroy()
  return tally.result()
}
