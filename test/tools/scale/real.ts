import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { sandbox } from '../../../src/sandbox/app.ts'
import { listenOnFreePort, root } from '../../support/sidecar.ts'
import { serverKinds } from './day.ts'
import { simulate } from './fleet.ts'
import { sum } from './tally.ts'
import { type ServerKind, tokenServer } from './token-server.ts'

const lifetimeMs = 5000
const callEveryMs = 500
const measuredMs = 20_000
const runs = 20
const agent = new Agent({ connections: 16 })
const cacheUrl = process.env.SIDECAR_CACHE_URL

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

type Counts = { tokenRequests: number; met401: number }
type RealServer = { url: string; counts(): Promise<Counts>; stop(): Promise<void> | void }

/** Real processes and the simulation of the same case: prints both. @returns whether all token requests agree */
export async function compare(): Promise<boolean> {
  console.log(
    `| the server … | sidecars | token requests | simulated | 401s | simulated | refused calls | simulated | latency | |`,
  )
  console.log(`| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |`)
  let agreed = true
  for (const kind of serverKinds) {
    for (const sidecars of [1, 3, 10]) {
      const real = await measured(kind, sidecars)
      const means = simulatedAs(kind, real)
      const apart = Math.abs(real.tokenRequests - means.tokenRequests)
      const agrees = apart <= Math.max(2, 0.2 * means.tokenRequests)
      agreed &&= agrees
      const cells = [
        ...[kind, sidecars, real.tokenRequests, means.tokenRequests.toFixed(1), real.met401, means.met401.toFixed(1)],
        ...[real.refused, means.refused.toFixed(1), `${real.latencyMs.toFixed(0)} ms`, agrees ? 'agrees' : 'DIFFERS'],
      ]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
  await agent.close()
  return agreed
}

type Measured = Counts & { refused: number; starts: number[]; begin: number; latencyMs: number }

/** 20 s of steady GETs through so many processes, from when all of them are there. */
async function measured(kind: ServerKind, sidecars: number): Promise<Measured> {
  const server = await serverOf(kind)
  const zero = performance.now()
  const running = await Promise.all(
    Array.from({ length: sidecars }, async () => {
      const { child, url } = await startSidecar(server.url)
      return { child, url, at: performance.now() - zero }
    }),
  )
  const begin = Math.ceil(performance.now() - zero)
  const before = await server.counts()
  const latencies: number[] = []
  let refused = 0
  async function get(url: string): Promise<void> {
    const at = performance.now()
    const { statusCode, body } = await request(`${url}/sandbox/echo/x`, { dispatcher: agent })
    await body.dump()
    latencies.push(performance.now() - at)
    if (statusCode !== 200) refused += 1
  }
  const calls = running.map(async ({ url }, id) => {
    const pending: Promise<void>[] = []
    for (let at = begin + firstCall(id); at < begin + measuredMs; at += callEveryMs) {
      await sleep(at - (performance.now() - zero))
      pending.push(get(url))
    }
    await Promise.all(pending)
  })
  await Promise.all(calls)
  const after = await server.counts()
  for (const { child } of running) child.kill('SIGTERM')
  await Promise.all(running.map(({ child }) => new Promise((resolve) => child.once('exit', resolve))))
  await server.stop()
  const latencyMs = latencies.sort((one, other) => one - other)[Math.floor(latencies.length / 2)] ?? 1
  return {
    tokenRequests: after.tokenRequests - before.tokenRequests,
    met401: after.met401 - before.met401,
    ...{ refused, begin, latencyMs, starts: running.map(({ at }) => at) },
  }
}

const firstCall = (id: number) => (id * 79) % callEveryMs

/** The mean of several runs of the simulation, with the starts and the latency that were measured. */
function simulatedAs(kind: ServerKind, { starts, begin, latencyMs }: Measured): Counts & { refused: number } {
  const means = { tokenRequests: 0, met401: 0, refused: 0 }
  // A second of the tally begins where the calls do.
  const shift = 1000 * Math.ceil(begin / 1000) - begin
  const from = (begin + shift) / 1000
  for (let seed = 0; seed < runs; seed++) {
    const tally = simulate({
      server: { kind, lifetimeMs, tokenMs: latencyMs, outage: undefined, rotatedAt: Number.POSITIVE_INFINITY },
      ...{ sidecars: starts.length, shared: cacheUrl !== undefined, callEveryMs, seed },
      ...{ durationMs: begin + shift + measuredMs, apiMs: latencyMs },
      startsAt: (id) => (starts[id] ?? 0) + shift,
      callsFrom: (id) => begin + shift + firstCall(id),
      settings: { refreshMarginMs: 300_000, tokenWaitMs: 15_000, idleCheckMs: 21_600_000, useNotedMs: 10 },
    })
    means.tokenRequests += sum(tally.tokenRequests, from) / runs
    means.met401 += sum(tally.met401) / runs
    means.refused += sum(tally.refused) / runs
  }
  return means
}

async function serverOf(kind: ServerKind): Promise<RealServer> {
  if (kind === 'ends the old') return endingServer()
  const app = sandbox({
    ...{ tenant: 'demo', clientId: 'demo-client', clientSecret: 'demo-secret' },
    ...{ tokenLifetimeSeconds: lifetimeMs / 1000, tokenReuse: kind === 'same again' },
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    async counts() {
      const { body } = await request(`${url}/sandbox/stats`, { dispatcher: agent })
      const stats: unknown = await body.json()
      const of = (name: string) => Number(Reflect.get(Object(stats), name))
      return { tokenRequests: of('tokenRequests'), met401: of('rejectedTokens') }
    },
    stop: () => app.close(),
  }
}

/** A server of which each new token ends the one before. */
async function endingServer(): Promise<RealServer> {
  const counts = { tokenRequests: 0, met401: 0 }
  const times = { kind: 'ends the old', lifetimeMs, tokenMs: 0, outage: undefined } as const
  const tokens = tokenServer({ ...times, rotatedAt: Number.POSITIVE_INFINITY }, () => {})
  let current: string | undefined
  const server = createServer((call, answer) => {
    call.resume()
    answer.setHeader('content-type', 'application/json')
    if (call.url === '/oauth/token') {
      counts.tokenRequests += 1
      const issued = tokens.ask(performance.now(), false)
      if (!('value' in issued)) return answer.writeHead(503).end('{}')
      current = `token-${issued.value}`
      const token = { access_token: current, token_type: 'bearer', expires_in: issued.lifetimeMs / 1000 }
      return answer.end(JSON.stringify(token))
    }
    if (call.headers.authorization === `Bearer ${current}`) return answer.end('{}')
    counts.met401 += 1
    return answer.writeHead(401).end('{"error":"invalid_token"}')
  })
  let end = () => {}
  const port = await listenOnFreePort({ after: (act) => (end = () => void act()) }, server)
  return { url: `http://127.0.0.1:${port}`, counts: async () => ({ ...counts }), stop: () => end() }
}

async function startSidecar(baseUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      CATAPA_TENANT: 'demo',
      CATAPA_CLIENT_ID: 'demo-client',
      CATAPA_CLIENT_SECRET: 'demo-secret',
      CATAPA_BASE_URL: baseUrl,
      SIDECAR_LISTEN: 'localhost:0',
      SIDECAR_ADMIN_LISTEN: 'off',
      ...(cacheUrl !== undefined && { SIDECAR_CACHE_URL: cacheUrl }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.once('exit', () => reject(new Error(`a sidecar ended:\n${printed}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      if (printed.length < 10_000) printed += chunk
      const found = /"address":"(http:\/\/127[^"]+)"/.exec(printed)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return { child, url }
}
