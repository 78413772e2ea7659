import type { Measured } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import type { KindName } from '../load/commands.ts'
import { inAnyOrder } from '../order.ts'
import { cpuUs, rssMb } from '../usage.ts'
import type { Tools } from './scenario.ts'

type BurstOf = { kind: KindName; connections: number; lead?: number }

/** CPU per request of one burst to each, in an order that changes, after a small one that opens the connections. */
export function cost(measure: 'get64' | 'get1' | 'post' | 'large', { kind, connections, lead = 200 }: BurstOf) {
  return async (running: readonly Measured[], { load, samples, size }: Tools): Promise<void> => {
    const requests = size[measure]
    for (let round = 0; round < size.rounds; round++) {
      for (const one of inAnyOrder(running)) {
        await load.burst(one, { kind, connections, requests: lead })
        const before = cpuUs(one.pid)
        const { p50Ms, p99Ms, seconds } = await load.burst(one, { kind, connections, requests })
        add(samples, `${measure}: CPU µs`, one.name, (cpuUs(one.pid) - before) / requests)
        add(samples, `${measure}: p50 ms`, one.name, p50Ms)
        add(samples, `${measure}: p99 ms`, one.name, p99Ms)
        add(samples, `${measure}: requests/s`, one.name, requests / seconds)
        if (measure === 'get64') add(samples, 'loaded: RSS MB', one.name, rssMb(one.pid))
      }
    }
  }
}
