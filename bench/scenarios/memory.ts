import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestants } from '../contestants/contestant.ts'
import { add } from '../goals/samples.ts'
import { end } from '../processes.ts'
import { rssMb } from '../usage.ts'
import type { Tools } from './scenario.ts'

/** The highest memory while a GiB goes down and one goes up, four at a time; first and second time. */
export async function twoGib({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const one = await product()
  await load.burst(one, { requests: 2000 })
  for (const which of ['first', 'second']) {
    const peak = await peakRss(one.pid, async () => {
      await load.burst(one, { kind: 'huge', connections: 4, requests: size.gib })
      await load.burst(one, { kind: 'upload', connections: 4, requests: size.gib })
    })
    add(samples, `${which} GiB: peak RSS MB`, one.name, peak)
  }
  await end(one.child)
}

/**
 * How much memory grows while a reader takes nothing of 64 MiB for 3 s. What it reads afterwards, as fast as it can, leaves
 * garbage as any large answer does: that is measured by the two GiB.
 */
export async function stalled({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
  const one = await product()
  await load.burst(one, { requests: size.warmUp })
  await load.burst(one, { kind: 'huge', connections: 2, requests: 4 })
  for (let round = 0; round < Math.min(3, size.starts); round++) {
    const before = rssMb(one.pid)
    const answered = load.stall(one, 3000)
    const peak = await peakRss(one.pid, () => sleep(2900))
    await answered
    add(samples, 'stalled reader: MB more', one.name, peak - before)
  }
  await end(one.child)
}

async function peakRss(pid: number, work: () => Promise<void>): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, rssMb(pid))
  }, 20)
  await work().finally(() => clearInterval(timer))
  return peak
}
