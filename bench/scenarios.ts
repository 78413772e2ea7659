// What is measured. A scenario adds one value a round for each contestant, so that ratios can be taken within a round.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuUs, end, rssMb } from './processes.ts'

/** Measure → contestant → one value a round. */
export class Samples {
  all = {}

  add(measure, contestant, value) {
    this.all[measure] ??= {}
    this.all[measure][contestant] ??= []
    this.all[measure][contestant].push(value)
  }
}

const low = { perSecond: 150 }

/** Requests and rounds of a full run, and of one for development. */
export const sizes = {
  full: { rounds: 9, warmUp: 20_000, get64: 8000, get1: 2000, post: 4000, large: 3000, rate: 600, starts: 9, gib: 16 },
  quick: { rounds: 3, warmUp: 3000, get64: 2000, get1: 500, post: 700, large: 500, rate: 60, starts: 1, gib: 2 },
}

/** CPU per request of one burst to each, in an order that changes, after a small one that opens the connections. */
function bursts(measure, kind, connections, requests, { lead = 200, everyone = true } = {}) {
  return async ({ running, load, samples, size }) => {
    const few = running.filter(({ name }) => everyone || name !== 'direct')
    for (let round = 0; round < size.rounds; round++) {
      for (const one of inAnyOrder(few)) {
        await load.burst(one, kind, connections, lead)
        const before = cpuUs(one.pid)
        const { p50Ms, p99Ms, seconds } = await load.burst(one, kind, connections, size[requests])
        samples.add(`${measure}: CPU µs`, one.name, (cpuUs(one.pid) - before) / size[requests])
        samples.add(`${measure}: p50 ms`, one.name, p50Ms)
        samples.add(`${measure}: p99 ms`, one.name, p99Ms)
        samples.add(`${measure}: requests/s`, one.name, size[requests] / seconds)
        if (measure === 'get64') samples.add('loaded: RSS MB', one.name, rssMb(one.pid))
      }
    }
  }
}

/** 64 requests at once after everyone has been idle for 5 s. */
async function idle({ running, load, samples, size }) {
  for (let round = 0; round < size.rounds; round++) {
    for (const one of running) await load.burst(one, 'get', 64, 640)
    await sleep(5000)
    for (const one of inAnyOrder(running)) {
      const before = cpuUs(one.pid)
      const { p50Ms } = await load.burst(one, 'get', 64, 64)
      await sleep(30) // What is left to do after the last answer.
      samples.add('idle: CPU µs', one.name, (cpuUs(one.pid) - before) / 64)
      samples.add('idle: p50 ms', one.name, p50Ms)
    }
  }
}

/** p50 and p99 of single requests at a low rate, one to each in turn. */
async function rate({ running, load, samples, size }) {
  for (let round = 0; round < size.rounds; round++) {
    const results = await load.rate(running, low.perSecond, size.rate)
    for (const [i, { name }] of running.entries()) {
      samples.add('rate: p50 ms', name, results[i].p50Ms)
      samples.add('rate: p99 ms', name, results[i].p99Ms)
    }
  }
}

/** Start to the first 200, and memory a second later. */
async function starts({ startOne, load, samples, size, names }) {
  for (let round = 0; round < size.starts; round++) {
    for (const name of inAnyOrder(names)) {
      const one = await startOne(name)
      samples.add('start: ms', name, one.startMs)
      await load.burst(one, 'get', 1, 1)
      await sleep(1000)
      samples.add('idle: RSS MB', name, rssMb(one.pid))
      await end(one.child)
    }
  }
}

/** The highest memory while a GiB goes down and one goes up, four at a time; first and second time. */
async function twoGib({ startOne, load, samples, size }) {
  const one = await startOne('product')
  await load.burst(one, 'get', 64, 2000)
  for (const which of ['first', 'second']) {
    const peak = await peakRss(one.pid, async () => {
      await load.burst(one, 'huge', 4, size.gib)
      await load.burst(one, 'upload', 4, size.gib)
    })
    samples.add(`${which} GiB: peak RSS MB`, 'product', peak)
  }
  await end(one.child)
}

/**
 * How much memory grows while a reader takes nothing of 64 MiB for 3 s. What it reads afterwards, as fast as it can, leaves
 * garbage as any large answer does: that is measured by the two GiB.
 */
async function stalled({ startOne, load, samples, size }) {
  const one = await startOne('product')
  await load.burst(one, 'get', 64, size.warmUp)
  await load.burst(one, 'huge', 2, 4)
  for (let round = 0; round < Math.min(3, size.starts); round++) {
    const before = rssMb(one.pid)
    const answered = load.stall(one, 3000)
    const peak = await peakRss(one.pid, () => sleep(2900))
    await answered
    samples.add('stalled reader: MB more', 'product', peak - before)
  }
  await end(one.child)
}

async function peakRss(pid, work) {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, rssMb(pid))
  }, 20)
  await work().finally(() => clearInterval(timer))
  return peak
}

/** The `healthcheck` command beside the least that Node does. */
async function healthcheck({ startOne, samples, size }) {
  const one = await startOne('product')
  const { stdout } = spawnSync(process.execPath, [one.cli, '--help'], { env: one.env, encoding: 'utf8' })
  if (!stdout.includes('healthcheck')) return end(one.child)
  const run = (args) => {
    const begun = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env: one.env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
    return performance.now() - begun
  }
  for (let round = 0; round < 2 * size.rounds; round++) {
    samples.add('healthcheck: ms', 'node', run(['-e', '0']))
    samples.add('healthcheck: ms', 'product', run([one.cli, 'healthcheck']))
  }
  await end(one.child)
}

/** Name → what it does. Those of `shared` use contestants that are started and warmed up once. */
export const shared = {
  get64: bursts('get64', 'get', 64, 'get64'),
  get1: bursts('get1', 'get', 1, 'get1', { lead: 50 }),
  post: bursts('post', 'post', 64, 'post'),
  large: bursts('large', 'large', 64, 'large'),
  idle,
  rate,
}
export const alone = { start: starts, gib: twoGib, stalled, healthcheck }

function inAnyOrder(list) {
  return list
    .map((one) => ({ one, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one)
}
