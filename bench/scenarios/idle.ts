import { setTimeout as sleep } from 'node:timers/promises'
import type { Measured } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { inAnyOrder } from '../order.ts'
import { cpuUs } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** 64 requests at once after everyone has been idle for 5 s. */
export async function idle(running: readonly Measured[], { load, samples, size }: Tools): Promise<void> {
  for (let round = 0; round < size.rounds; round++) {
    for (const one of running) await load.burst(one, { requests: 640 })
    await sleep(5000)
    for (const one of inAnyOrder(running)) {
      const before = cpuUs(one.pid)
      const { p50Ms } = await load.burst(one, { requests: 64 })
      await sleep(30) // What is left to do after the last answer.
      add(samples, 'idle: CPU µs', one.name, (cpuUs(one.pid) - before) / 64)
      add(samples, 'idle: p50 ms', one.name, p50Ms)
    }
  }
}
