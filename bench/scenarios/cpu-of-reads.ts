import type { Measured } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { cpuUs } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** CPU per read of each, in an order that changes, after a warm-up and behind a small burst in each round. */
export async function cpuOfReads(measure: string, all: readonly Measured[], tools: Tools): Promise<void> {
  const { load, samples, size } = tools
  for (const one of all) await load.burst(one, { requests: size.warmUp })
  for (let round = 0; round < size.rounds; round++) {
    for (const one of inAnyOrder(all)) {
      await load.burst(one, { requests: 200 })
      const before = cpuUs(one.pid)
      await load.burst(one, { requests: size.get64 })
      add(samples, measure, one.name, (cpuUs(one.pid) - before) / size.get64)
    }
  }
}
