// Where the time of a contestant goes: a CPU profile of it under load, summed up by part.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { end } from './processes.ts'

/** The first that matches a function's file and name is its part. */
const parts = [
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

/** Where a function of the bundle comes from, by the comments above its parts. */
function origin({ url, lineNumber }) {
  if (!url.includes('/dist/')) return url
  const lines = bundled.get(url) ?? readFileSync(new URL(url), 'utf8').split('\n')
  bundled.set(url, lines)
  for (let line = lineNumber; line >= 0; line--) {
    const [, path] = /^\/\/ ((?:src|node_modules)\/\S+)$/.exec(lines[line]) ?? []
    if (path !== undefined) return `/${path}`
  }
  return url
}

const bundled = new Map()

/** @returns a table of µs a request, and the functions that take the most */
export async function profile(name, folder, load, startOne, requests) {
  const nodeOptions = ['--cpu-prof', '--cpu-prof-interval', '200', '--cpu-prof-dir', folder]
  const begun = performance.now()
  const one = await startOne(name, { nodeOptions })
  await load.burst(one, 'get', 64, requests)
  const warmUs = (performance.now() - begun) * 1000
  await load.burst(one, 'get', 64, requests)
  await end(one.child)
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const selfUs = new Map()
  let atUs = 0
  for (const [i, sample] of samples.entries()) {
    atUs += timeDeltas[i]
    if (atUs > warmUs) selfUs.set(sample, (selfUs.get(sample) ?? 0) + timeDeltas[i])
  }
  const byPart = new Map()
  const byFunction = new Map()
  for (const { id, callFrame } of nodes) {
    const us = selfUs.get(id) ?? 0
    const name = `${origin(callFrame)}:${callFrame.lineNumber + 1} ${callFrame.functionName}`
    const part = parts.find(([, pattern]) => pattern.test(name))?.[0]
    byPart.set(part, (byPart.get(part) ?? 0) + us)
    const short = name.replace(/^.*\/(node_modules|src)\//, '')
    byFunction.set(short, (byFunction.get(short) ?? 0) + us)
  }
  byPart.delete('idle')
  const total = [...byPart.values()].reduce((sum, us) => sum + us, 0)
  const share = (us) => `${(us / requests).toFixed(1).padStart(6)} µs ${((100 * us) / total).toFixed(1).padStart(5)} %`
  const ranked = (map) => [...map].sort(([, a], [, b]) => b - a)
  const lines = ranked(byPart).map(([name, us]) => `${share(us)}  ${name}`)
  const functions = ranked(byFunction)
    .filter(([name]) => !name.includes('(idle)'))
    .slice(0, 45)
    .map(([name, us]) => `${share(us)}  ${name}`)
  return `${share(total)}  the main thread of ${name}, a request\n\n${lines.join('\n')}\n\n${functions.join('\n')}\n`
}
