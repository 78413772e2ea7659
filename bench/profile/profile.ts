// Where the time of a contestant goes: a CPU profile of it under load, summed up by part.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant, How } from '../contestants/contestants.ts'
import type { Load } from '../load/load.ts'
import { end } from '../processes.ts'

/** The first that matches a function's file and name is its part. */
const parts: [string, RegExp][] = [
  ['garbage collection', /\(garbage collector\)/],
  ['idle', /\(idle\)/],
  ['socket writes (system calls)', / (writev|writeBuffer|writeLatin1String|writeUtf8String|writeAsciiString)$/],
  [
    'log line',
    /\/(pino|sonic-boom|quick-format-unescaped|safe-stable-stringify)\/|\/access-log\.ts|writeSync| writeString$/,
  ],
  ['undici', /\/undici\//],
  ['Fastify, http-proxy', /\/(fastify|@fastify\/[a-z-]+|find-my-way|avvio|light-my-request)\//],
  ['metrics (prom-client)', /\/(prom-client|tdigest|bintrees)\//],
  ['own: data', /\/src\/data\//],
  ['own: rest', /\/src\//],
  ['node: streams', /internal\/streams|node:stream|internal\/event_target|node:events/],
  ['node: http server', /_http_|internal\/http/],
  ['node: net, TLS, timers', /node:net|_tls_|stream_base_commons|internal\/timers|node:timers|internal\/stream/],
  ['node: rest', /node:/],
  ['native remainder', /./],
]

type CallFrame = { url: string; lineNumber: number; functionName: string }

type CpuProfile = {
  nodes: { id: number; callFrame: CallFrame }[]
  /** The node that ran at each look, and the time since the look before, in µs. */
  samples: number[]
  timeDeltas: number[]
}

/** @returns a table of µs a request, and the functions that take the most */
export async function profile(
  name: string,
  start: (how: How) => Promise<Contestant>,
  load: Load,
  { folder, requests }: { folder: string; requests: number },
): Promise<string> {
  const begun = performance.now()
  const one = await start({ nodeOptions: ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', folder] })
  await load.burst(one, { requests })
  const warmUs = (performance.now() - begun) * 1000
  await load.burst(one, { requests })
  await end(one.child)
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`${name} left no profile: only what runs on Node does`)
  return profileTable(name, JSON.parse(readFileSync(join(folder, file), 'utf8')), warmUs, requests)
}

/** Leaves out what ran before `warmUs`. */
export function profileTable(
  name: string,
  { nodes, samples, timeDeltas }: CpuProfile,
  warmUs: number,
  requests: number,
) {
  const selfUs = new Map<number, number>()
  let atUs = 0
  for (const [i, sample] of samples.entries()) {
    const us = timeDeltas[i] ?? 0
    atUs += us
    if (atUs > warmUs) grow(selfUs, sample, us)
  }
  const byPart = new Map<string, number>()
  const byFunction = new Map<string, number>()
  for (const { id, callFrame } of nodes) {
    const us = selfUs.get(id) ?? 0
    const name = `${origin(callFrame)}:${callFrame.lineNumber + 1} ${callFrame.functionName}`
    const [part] = parts.find(([, pattern]) => pattern.test(name)) ?? ['']
    grow(byPart, part, us)
    grow(byFunction, name.replace(/^.*\/(node_modules|src)\//, ''), us)
  }
  byPart.delete('idle')
  const total = [...byPart.values()].reduce((sum, us) => sum + us, 0)
  const share = (us: number) =>
    `${(us / requests).toFixed(1).padStart(6)} µs ${((100 * us) / total).toFixed(1).padStart(5)} %`
  const ranked = (map: Map<string, number>) => [...map].sort(([, a], [, b]) => b - a)
  const lines = ranked(byPart).map(([name, us]) => `${share(us)}  ${name}`)
  const functions = ranked(byFunction)
    .filter(([name]) => !name.includes('(idle)'))
    .slice(0, 45)
    .map(([name, us]) => `${share(us)}  ${name}`)
  return `${share(total)}  the main thread of ${name}, a request\n\n${lines.join('\n')}\n\n${functions.join('\n')}\n`
}

function grow<Key>(sums: Map<Key, number>, key: Key, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by)
}

const bundled = new Map<string, string[]>()

/** Where a function of the bundle comes from, by the comments above its parts. */
function origin({ url, lineNumber }: CallFrame): string {
  if (!url.includes('/dist/')) return url
  const lines = bundled.get(url) ?? readFileSync(new URL(url), 'utf8').split('\n')
  bundled.set(url, lines)
  for (let line = lineNumber; line >= 0; line--) {
    const path = /^\/\/ ((?:src|node_modules)\/\S+)$/.exec(lines[line] ?? '')?.[1]
    if (path !== undefined) return `/${path}`
  }
  return url
}
