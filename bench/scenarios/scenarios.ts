// What is measured. A scenario adds one value a round for each contestant, so that ratios can be taken within a round.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestants, Measured } from '../contestants/contestants.ts'
import type { Samples } from '../goals/goals.ts'
import type { KindName } from '../load/connection.ts'
import type { Load } from '../load/load.ts'
import { inAnyOrder } from '../order.ts'
import { cpuUs, end, rssMb } from '../processes.ts'

export function add(samples: Samples, measure: string, contestant: string, value: number): void {
  const byName = samples[measure] ?? {}
  samples[measure] = byName
  byName[contestant] = [...(byName[contestant] ?? []), value]
}

/** Requests and rounds of a full run, and of one for development. */
export const sizes = {
  full: { rounds: 9, warmUp: 20_000, get64: 8000, get1: 2000, post: 4000, large: 3000, rate: 600, starts: 9, gib: 16 },
  quick: { rounds: 3, warmUp: 3000, get64: 2000, get1: 500, post: 700, large: 500, rate: 60, starts: 1, gib: 2 },
}
export type Size = typeof sizes.full

type Tools = { load: Load; samples: Samples; size: Size }

/** With contestants that are started and warmed up once. */
export type SharedScenario = {
  /** Their own code for it is warmed up too. */
  warmUpKind?: KindName
  run(running: readonly Measured[], tools: Tools): Promise<void>
}

/** With contestants that it starts itself. */
export type LoneScenario = (contestants: Contestants, tools: Tools) => Promise<void>

/** Single requests a second, over all contestants. */
export const lowRate = 150

type BurstOf = { kind: KindName; connections: number; lead?: number }

/** CPU per request of one burst to each, in an order that changes, after a small one that opens the connections. */
function bursts(measure: 'get64' | 'get1' | 'post' | 'large', { kind, connections, lead = 200 }: BurstOf) {
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

/** 64 requests at once after everyone has been idle for 5 s. */
async function idle(running: readonly Measured[], { load, samples, size }: Tools): Promise<void> {
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

/** p50 and p99 of single requests at a low rate, one to each in turn. */
async function rate(running: readonly Measured[], { load, samples, size }: Tools): Promise<void> {
  for (let round = 0; round < size.rounds; round++) {
    for (const { name, p50Ms, p99Ms } of await load.rate(running, { perSecond: lowRate, requests: size.rate })) {
      add(samples, 'rate: p50 ms', name, p50Ms)
      add(samples, 'rate: p99 ms', name, p99Ms)
    }
  }
}

/** Start to the first 200, and memory a second later. */
async function starts({ product, also, bare }: Contestants, { load, samples, size }: Tools): Promise<void> {
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

/** The highest memory while a GiB goes down and one goes up, four at a time; first and second time. */
async function twoGib({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
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
async function stalled({ product }: Contestants, { load, samples, size }: Tools): Promise<void> {
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

/** The `healthcheck` command beside the least that Node does. */
async function healthcheck({ product }: Contestants, { samples, size }: Tools): Promise<void> {
  const { cli, env, child } = await product()
  const tookMs = (args: string[]) => {
    const begun = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
    return performance.now() - begun
  }
  for (let round = 0; round < 2 * size.rounds; round++) {
    add(samples, 'healthcheck: ms', 'node', tookMs(['-e', '0']))
    add(samples, 'healthcheck: ms', 'product', tookMs([cli, 'healthcheck']))
  }
  await end(child)
}

export const shared: Record<string, SharedScenario> = {
  get64: { run: bursts('get64', { kind: 'get', connections: 64 }) },
  get1: { run: bursts('get1', { kind: 'get', connections: 1, lead: 50 }) },
  post: { run: bursts('post', { kind: 'post', connections: 64 }), warmUpKind: 'post' },
  large: { run: bursts('large', { kind: 'large', connections: 64 }), warmUpKind: 'large' },
  idle: { run: idle },
  rate: { run: rate },
}
export const alone: Record<string, LoneScenario> = { start: starts, gib: twoGib, stalled, healthcheck }
