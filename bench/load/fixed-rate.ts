import { setTimeout as sleep } from 'node:timers/promises'
import { inAnyOrder } from '../order.ts'
import type { Answers, Commands, Target } from './commands.ts'
import type { Connection } from './connection.ts'
import { connections } from './pool.ts'
import { heads, shaped } from './requests.ts'
import { single } from './single.ts'
import { startTally } from './tally.ts'

/** Single requests at a fixed rate, each to another target, in an order that changes. One result per target. */
export async function fixedRate({
  targets,
  perSecond,
  requests,
  kind: name = 'get',
  connections: count = 8,
}: Commands['rate']): Promise<Answers['rate']> {
  const kind = shaped(name)
  const lanes = await Promise.all(
    targets.map(async (target) => ({
      target,
      head: heads(target, kind),
      tally: startTally(target, kind, requests),
      open: await connections(target, count),
    })),
  )
  const pending: Promise<void>[] = []
  const begun = performance.now()
  for (let sent = 0; sent < requests * lanes.length; ) {
    for (const lane of inAnyOrder(lanes)) {
      await sleep(Math.max(0, begun + (sent * 1000) / perSecond - performance.now()))
      const connection = await freeOne(lane, count, perSecond)
      pending.push(single(connection, lane.head(sent++), kind, lane.tally))
    }
  }
  await Promise.all(pending)
  return lanes.map(({ tally }) => tally.result())
}

async function freeOne(
  lane: { target: Target; open: Connection[] },
  count: number,
  perSecond: number,
): Promise<Connection> {
  const { target } = lane
  const free = lane.open.find((connection) => connection.isFree())
  if (free !== undefined) return free
  const busy = lane.open.filter((connection) => connection.isBusy()).length
  if (busy >= count) throw new Error(`${target.name} did not answer at ${perSecond} requests/s`)
  lane.open = await connections(target, count) // The others were closed while they were idle.
  return freeOne(lane, count, perSecond)
}
