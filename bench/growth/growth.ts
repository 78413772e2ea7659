// `npm run bench -- --growth`: what becomes of the cost as something grows, what disturbs, and what remains in memory.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant, Contestants, Sidecar } from '../contestants/contestants.ts'
import { median, table } from '../goals/goals.ts'
import type { Burst, KindName } from '../load/connection.ts'
import { type Load, startLoad } from '../load/load.ts'
import { cpuUs, end, rssMb } from '../processes.ts'
import { sizedBytes, type Upstream } from '../upstream/upstream.ts'

export type GrowthTools = {
  contestants: Contestants
  load: Load
  upstream: Upstream
  folder: string
  rounds: number
  warmUp: number
  seconds: number
  speed: number
  tell(what: string): void
}

/** Moved in one burst at most, unless two requests are more. */
const burstBytes = 256 * 1024 ** 2
const burstRequests = 3000

const bodies = sizedBytes.map((bytes) => ({
  label: size(bytes),
  connections: bytes > 1024 ** 2 ? 4 : 64,
  requests: Math.max(2, Math.min(burstRequests, Math.floor(burstBytes / bytes))),
  bytes,
}))

/** What grows → its values, each a burst. */
const series: Record<string, ({ label: string | number } & Partial<Burst>)[]> = {
  'callers at once': [1, 8, 64, 256, 1000].map((connections) => ({ label: connections, connections })),
  'bytes of the answer': bodies.map(({ bytes, ...one }) => ({ ...one, shape: { answerBytes: bytes } })),
  'bytes of the request body': bodies.map(({ bytes, ...one }) => ({
    ...one,
    kind: 'upload',
    shape: { uploadBytes: bytes },
  })),
  'headers of the request': [5, 25, 100, 200].map((count) => ({ label: count, shape: { headers: count - 5 } })),
  'different URLs': [1, 1000, 100_000].map((urls) => ({
    label: urls,
    shape: { urls },
    requests: Math.max(urls, 3000),
  })),
}

/** CPU per request of product and floor, side by side, and the memory of the product afterwards. */
export async function growth({ contestants, load, rounds, warmUp, tell }: GrowthTools): Promise<string> {
  const product = await contestants.product({ settings: { SIDECAR_MAX_BODY: '0' } })
  const floor = await contestants.floor()
  for (const one of [product, floor]) await load.burst(one, { requests: warmUp })
  const rows = []
  for (const [what, values] of Object.entries(series)) {
    tell(what)
    for (const { label, ...burst } of values) {
      const cost = await sideBySide(load, { product, floor }, { requests: burstRequests, ...burst }, rounds)
      rows.push([what, label, ...costCells(cost), rssMb(product.pid).toFixed(0)])
    }
  }
  await Promise.all([end(product.child), end(floor.child)])
  return table(['what grows', 'to', ...costHead, 'product, RSS MB'], rows)
}

type Pair = { product: Contestant; floor: Contestant }
type Cost = { product: number; floor: number; ratio: number }

/** CPU per request of product and floor in turn, in µs, and the ratio: medians over rounds, after one that does not count. */
async function sideBySide(load: Load, { product, floor }: Pair, burst: Burst, rounds: number): Promise<Cost> {
  const [ofProduct, ofFloor]: [number[], number[]] = [[], []]
  const both = [
    { one: product, us: ofProduct },
    { one: floor, us: ofFloor },
  ]
  for (let round = -1; round < rounds; round++) {
    for (const { one, us } of round % 2 === 0 ? both : both.toReversed()) {
      const before = cpuUs(one.pid)
      await load.burst(one, burst)
      if (round >= 0) us.push((cpuUs(one.pid) - before) / burst.requests)
    }
  }
  const ratio = median(ofProduct.map((us, round) => us / (ofFloor[round] ?? Number.NaN)))
  return { product: median(ofProduct), floor: median(ofFloor), ratio }
}

const costHead = ['product, CPU µs', 'floor, CPU µs', 'product ÷ floor']

function costCells({ product, floor, ratio }: Cost): string[] {
  return [shown(product), shown(floor), ratio.toFixed(2)]
}

/** Where tokens live for a few seconds only. */
function shortLived({ port }: Upstream): string {
  return `https://127.0.0.1:${port}/oauth/short-lived`
}

/** In all: 50 for each of four. */
const perSecond = 200
const others = { perSecond: 500, requests: 4000, connections: 64 }

/** A product, and another load for it. */
type Both = { product: Sidecar; second: Load }

async function more({ product, second }: Both, kind: KindName = 'get'): Promise<void> {
  await second.rate([product], { ...others, kind })
}

/** What happens while single requests are timed. */
const disturbances: Record<string, (both: Both) => Promise<void>> = {
  nothing: async () => {},
  '500 more requests a second': (both) => more(both),
  '… and another log level four times a second': (both) => amidLogLevels(both.product, more(both)),
  '500 more a second, all refused with 401': (both) => more(both, 'refused'),
}

/** Changes the log level four times a second while the other thing lasts. */
async function amidLogLevels(product: Sidecar, other: Promise<void>): Promise<void> {
  let lasts = true
  const ended = other.finally(() => {
    lasts = false
  })
  for (let i = 0; lasts; i++) {
    await setLogLevel(product, i % 2 === 0 ? 'warn' : 'info')
    await sleep(250)
  }
  return ended
}

async function setLogLevel({ adminPort }: Sidecar, level: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/api/log-level?level=${level}`, {
    method: 'POST',
    headers: { 'X-Catapa-Sidecar': '1' },
  })
  if (!answer.ok) throw new Error(`the log level could not be set: ${answer.status}`)
  await answer.arrayBuffer()
}

/** The p99 of single requests: direct, and through products with other settings, of which the first is disturbed. */
export async function steps({ contestants, load, upstream, rounds, warmUp, tell }: GrowthTools): Promise<string> {
  const product = await contestants.product()
  const warn = await contestants.product({ settings: { SIDECAR_LOG_LEVEL: 'warn' } })
  const renewing = await contestants.product({ settings: { CATAPA_TOKEN_URL: shortLived(upstream) } })
  const products = [product, warn, renewing]
  const all = [upstream.direct, ...products]
  for (const one of products) await load.burst(one, { requests: warmUp })
  const second = startLoad()
  const kinds = Object.entries(disturbances).map(([what, disturb]) => ({
    what,
    disturb,
    p99: all.map(() => [] as number[]),
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { what, disturb, p99 } of kinds) {
      tell(what)
      const seconds = others.requests / others.perSecond
      const disturbed = disturb({ product, second })
      const results = await load.rate(all, { perSecond, requests: (seconds * perSecond) / all.length })
      await disturbed
      for (const [i, { p99Ms }] of results.entries()) p99[i]?.push(p99Ms)
    }
  }
  const rows = kinds.map(({ what, p99 }) => [what, ...p99.map((values) => median(values).toFixed(2))])
  await Promise.all([second.end(), ...products.map(({ child }) => end(child))])
  return table(['meanwhile', 'direct, p99 ms', 'product', 'log level warn', 'a new token each 4 s'], rows)
}

/** Between two looks at a process that serves for hours, unless a sixth of the time is less. */
const lookMs = 600_000
/** All connections to the upstream have been closed for idleness by then. */
const quietMs = 30_000
const looked = { rounds: 5, requests: 10_000 }

/**
 * Two products that are asked in waves for `seconds`: the cost of one beside the floor, and what is on the heap of the
 * other. From its first heap snapshot on V8 keeps track of each object that moves, which costs a tenth and more. The
 * clock of all three runs `speed` times as fast, so that timers and tokens of days pass in hours.
 */
export async function hours(tools: GrowthTools): Promise<string> {
  const { contestants, load, upstream, folder, seconds, speed, warmUp, tell } = tools
  const settings = { CATAPA_TOKEN_URL: shortLived(upstream) }
  const nodeOptions = ['--heapsnapshot-signal=SIGWINCH', `--diagnostic-dir=${folder}`]
  const product = await contestants.product({ settings, speed })
  const opened = await contestants.product({ settings, nodeOptions, speed })
  const floor = await contestants.floor({ speed })
  for (const one of [product, opened, floor]) await load.burst(one, { requests: warmUp })
  const rows: (string | number)[][] = []
  let requests = warmUp
  const begun = performance.now()
  const step = Math.min(lookMs, (seconds * 1000) / 6)
  for (let at = 0; at <= seconds * 1000; at += step) {
    do {
      requests += await wave(load, product)
      await wave(load, opened)
    } while (performance.now() - begun < at)
    const cost = await sideBySide(load, { product, floor }, { requests: looked.requests }, looked.rounds)
    const during = (looked.rounds + 1) * looked.requests
    requests += during
    await load.burst(opened, { requests: during })
    await sleep(quietMs)
    const minutes = (((performance.now() - begun) * speed) / 60_000).toFixed(1)
    const { objects, bytes } = await snapshot(opened, folder)
    const rss = [product, opened].map(({ pid }) => rssMb(pid).toFixed(0))
    const row = [minutes, requests, ...costCells(cost), objects, (bytes / 1e6).toFixed(2), ...rss]
    rows.push(row)
    tell(row.join('  '))
  }
  await Promise.all([product, opened, floor].map(({ child }) => end(child)))
  return table(['minutes', 'requests', ...costHead, 'objects', 'heap, MB', 'RSS, MB', 'with snapshots'], rows)
}

/** A bit of everything, with ever new URLs, and fewer and more callers. */
const waveBursts: Burst[] = [
  { requests: 20_000, shape: { urls: 100_000 } },
  { connections: 200, requests: 5000, shape: { headers: 40 } },
  { kind: 'post', requests: 5000 },
  { kind: 'large', connections: 16, requests: 1000 },
  { kind: 'refused', connections: 16, requests: 1000 },
]

/** The bursts, a look at the admin listener, and some rest. @returns how many requests it was */
async function wave(load: Load, product: Sidecar): Promise<number> {
  for (const burst of waveBursts) await load.burst(product, burst)
  for (const path of ['/metrics', '/api/status']) {
    const answer = await fetch(`http://127.0.0.1:${product.adminPort}${path}`)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  await sleep(2000)
  return waveBursts.reduce((sum, { requests }) => sum + requests, 0)
}

type Heap = { objects: number; bytes: number }

/** V8 collects everything that is dead before it takes a snapshot. */
async function snapshot({ child }: Contestant, folder: string): Promise<Heap> {
  await sleep(1000)
  child.kill('SIGWINCH')
  const deadline = performance.now() + 120_000
  for (;;) {
    await sleep(1000)
    const written = writtenSnapshot(folder)
    if (written !== undefined) return written
    if (performance.now() > deadline) throw new Error('there was no heap snapshot within two minutes')
  }
}

type HeapSnapshot = { snapshot: { meta: { node_fields: string[] }; node_count: number }; nodes: number[] }

/** What is in the heap snapshot in `folder`, which is removed; undefined while it is not complete. */
function writtenSnapshot(folder: string): Heap | undefined {
  const file = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'))
  if (file === undefined) return undefined
  const text = readFileSync(join(folder, file), 'utf8')
  if (!text.endsWith('}')) return undefined
  rmSync(join(folder, file))
  const { snapshot, nodes }: HeapSnapshot = JSON.parse(text)
  const { node_fields: fields } = snapshot.meta
  const sizeAt = fields.indexOf('self_size')
  let bytes = 0
  for (let i = sizeAt; i < nodes.length; i += fields.length) bytes += nodes[i] ?? 0
  return { objects: snapshot.node_count, bytes }
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  const step = Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  return `${bytes / 1024 ** step} ${units[step]}`
}

function shown(us: number): string {
  return us >= 100 ? us.toFixed(0) : us.toFixed(1)
}
