// `npm run bench -- --growth`: what becomes of the cost as something grows, what disturbs, and what remains in memory.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, table } from './goals.ts'
import { startLoad } from './loader.ts'
import { cpuUs, end, rssMb } from './processes.ts'
import { sizedBytes } from './upstream.ts'

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
const series = {
  'callers at once': [1, 8, 64, 256, 1000].map((connections) => ({ label: connections, connections })),
  'bytes of the answer': bodies.map((one) => ({ ...one, shape: { answerBytes: one.bytes } })),
  'bytes of the request body': bodies.map((one) => ({ ...one, kind: 'upload', shape: { uploadBytes: one.bytes } })),
  'headers of the request': [5, 25, 100, 200].map((count) => ({ label: count, shape: { headers: count - 5 } })),
  'different URLs': [1, 1000, 100_000].map((urls) => ({
    label: urls,
    shape: { urls },
    requests: Math.max(urls, 3000),
  })),
}

/** CPU per request of product and floor, side by side, and the memory of the product afterwards. */
export async function growth({ startOne, load, rounds, warmUp, tell }) {
  const settings = { SIDECAR_MAX_BODY: '0' }
  const [product, floor] = [await startOne('product', { settings }), await startOne('floor')]
  for (const one of [product, floor]) await load.burst(one, 'get', 64, warmUp)
  const rows = []
  for (const [what, values] of Object.entries(series)) {
    tell(what)
    for (const { label, kind = 'get', connections = 64, requests = burstRequests, shape } of values) {
      const cost = await sideBySide(load, [product, floor], rounds, requests, kind, connections, shape)
      rows.push([what, label, ...costCells(cost), rssMb(product.pid).toFixed(0)])
    }
  }
  await Promise.all([end(product.child), end(floor.child)])
  return table(['what grows', 'to', 'product, CPU µs', 'floor, CPU µs', 'product ÷ floor', 'product, RSS MB'], rows)
}

/** CPU per request of product and floor in turn, in µs, and the ratio: medians over rounds, after one that does not count. */
async function sideBySide(load, both, rounds, requests, kind = 'get', connections = 64, shape = undefined) {
  const cpu = { product: [], floor: [] }
  for (let round = -1; round < rounds; round++) {
    for (const one of round % 2 === 0 ? both : both.toReversed()) {
      const before = cpuUs(one.pid)
      await load.burst(one, kind, connections, requests, shape)
      if (round >= 0) cpu[one.name].push((cpuUs(one.pid) - before) / requests)
    }
  }
  const ratio = median(cpu.product.map((value, i) => value / cpu.floor[i]))
  return { product: median(cpu.product), floor: median(cpu.floor), ratio }
}

function costCells({ product, floor, ratio }) {
  return [shown(product), shown(floor), ratio.toFixed(2)]
}

/** Where tokens live for a few seconds only. */
function shortLived({ port }) {
  return `https://127.0.0.1:${port}/oauth/short-lived`
}

/** In all: 50 for each of four. */
const perSecond = 200
const others = { perSecond: 500, requests: 4000, connections: 64 }
const more = ({ product, second }, kind = 'get') =>
  second.rate([product], others.perSecond, others.requests, kind, others.connections)

/** What happens while single requests are timed. */
const disturbances = {
  nothing: async () => {},
  '500 more requests a second': (both) => more(both),
  '… and another log level four times a second': (both) =>
    everyQuarter(more(both), ['warn', 'info'], (level) => setLogLevel(both.product, level)),
  '500 more a second, all refused with 401': (both) => more(both, 'refused'),
}

/** Does something with each of `values` in turn, four times a second, while the other thing lasts. */
async function everyQuarter(other, values, act) {
  let lasts = true
  const ended = other.finally(() => {
    lasts = false
  })
  for (let i = 0; lasts; i++) {
    await act(values[i % values.length])
    await sleep(250)
  }
  return ended
}

async function setLogLevel({ adminPort }, level) {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/api/log-level?level=${level}`, {
    method: 'POST',
    headers: { 'X-Catapa-Sidecar': '1' },
  })
  if (!answer.ok) throw new Error(`the log level could not be set: ${answer.status}`)
  await answer.arrayBuffer()
}

/** The p99 of single requests: direct, and through products with other settings, of which the first is disturbed. */
export async function steps({ startOne, load, direct, upstream, rounds, warmUp, tell }) {
  const product = await startOne('product')
  const warn = await startOne('product', { settings: { SIDECAR_LOG_LEVEL: 'warn' } })
  const renewing = await startOne('product', { settings: { CATAPA_TOKEN_URL: shortLived(upstream) } })
  const all = [direct, product, warn, renewing]
  for (const one of all.slice(1)) await load.burst(one, 'get', 64, warmUp)
  const second = startLoad()
  const kinds = Object.entries(disturbances).map(([what, disturb]) => ({ what, disturb, p99: all.map(() => []) }))
  for (let round = 0; round < rounds; round++) {
    for (const { what, disturb, p99 } of kinds) {
      tell(what)
      const seconds = others.requests / others.perSecond
      const disturbed = disturb({ product, second })
      const results = await load.rate(all, perSecond, (seconds * perSecond) / all.length)
      await disturbed
      for (const [i, { p99Ms }] of results.entries()) p99[i].push(p99Ms)
    }
  }
  const rows = kinds.map(({ what, p99 }) => [what, ...p99.map((values) => median(values).toFixed(2))])
  await Promise.all([second.end(), ...all.slice(1).map(({ child }) => end(child))])
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
export async function hours({ startOne, load, upstream, folder, seconds, speed, warmUp, tell }) {
  const settings = { CATAPA_TOKEN_URL: shortLived(upstream) }
  const nodeOptions = ['--heapsnapshot-signal=SIGWINCH', `--diagnostic-dir=${folder}`]
  const product = await startOne('product', { settings, speed })
  const opened = await startOne('product', { settings, nodeOptions, speed })
  const floor = await startOne('floor', { speed })
  for (const one of [product, opened, floor]) await load.burst(one, 'get', 64, warmUp)
  const rows = []
  let requests = warmUp
  const begun = performance.now()
  const step = Math.min(lookMs, (seconds * 1000) / 6)
  for (let at = 0; at <= seconds * 1000; at += step) {
    do {
      requests += await wave(load, product)
      await wave(load, opened)
    } while (performance.now() - begun < at)
    const cost = await sideBySide(load, [product, floor], looked.rounds, looked.requests)
    requests += (looked.rounds + 1) * looked.requests
    await load.burst(opened, 'get', 64, (looked.rounds + 1) * looked.requests)
    await sleep(quietMs)
    const minutes = (((performance.now() - begun) * speed) / 60_000).toFixed(1)
    const { objects, bytes } = await snapshot(opened, folder)
    const rss = [product, opened].map(({ pid }) => rssMb(pid).toFixed(0))
    rows.push([minutes, requests, ...costCells(cost), objects, (bytes / 1e6).toFixed(2), ...rss])
    tell(rows.at(-1).join('  '))
  }
  await Promise.all([product, opened, floor].map(({ child }) => end(child)))
  const cost = ['product, CPU µs', 'floor, CPU µs', 'product ÷ floor']
  return table(['minutes', 'requests', ...cost, 'objects', 'heap, MB', 'RSS, MB', 'with snapshots'], rows)
}

/** A bit of everything, with ever new URLs, fewer and more callers, and a look at the admin listener; then some rest. */
async function wave(load, product) {
  const bursts = [
    ['get', 64, 20_000, { urls: 100_000 }],
    ['get', 200, 5000, { headers: 40 }],
    ['post', 64, 5000],
    ['large', 16, 1000],
    ['refused', 16, 1000],
  ]
  for (const [kind, connections, requests, shape] of bursts) {
    await load.burst(product, kind, connections, requests, shape)
  }
  for (const path of ['/metrics', '/api/status']) {
    const answer = await fetch(`http://127.0.0.1:${product.adminPort}${path}`)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  await sleep(2000)
  return bursts.reduce((sum, [, , requests]) => sum + requests, 0)
}

/** V8 collects everything that is dead before it takes a snapshot. */
async function snapshot({ child }, folder) {
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

/** What is in the heap snapshot in `folder`, which is removed; undefined while it is not complete. */
function writtenSnapshot(folder) {
  const file = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'))
  if (file === undefined) return undefined
  const text = readFileSync(join(folder, file), 'utf8')
  if (!text.endsWith('}')) return undefined
  rmSync(join(folder, file))
  const { snapshot, nodes } = JSON.parse(text)
  const { node_fields: fields } = snapshot.meta
  const sizeAt = fields.indexOf('self_size')
  let bytes = 0
  for (let i = sizeAt; i < nodes.length; i += fields.length) bytes += nodes[i]
  return { objects: snapshot.node_count, bytes }
}

function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  const step = Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  return `${bytes / 1024 ** step} ${units[step]}`
}

function shown(us) {
  return us >= 100 ? us.toFixed(0) : us.toFixed(1)
}
