import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { end } from '../processes.ts'
import { rssMb } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** Start to the first 200, and memory a second later. */
export async function starts({ product, also, bare }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const all = [product, also, bare].filter((start) => start !== undefined)
  for (let round = 0; round < size.starts; round++) {
    for (const start of inAnyOrder(all)) {
      const one = await start()
      add(samples, 'start: ms', one.name, one.startMs)
      await load.burst(one, { connections: 1, requests: 1 })
      await sleep(1000)
      add(samples, 'idle: RSS MB', one.name, rssMb(one.pid))
      await end(one.child)
    }
  }
}
