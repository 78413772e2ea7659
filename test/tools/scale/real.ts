import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { listenOnFreePort, root } from '../../support/sidecar.ts'
import { serverKinds } from './day.ts'
import { simulate } from './fleet.ts'
import { sum } from './tally.ts'
import { type ServerKind, type SimulatedToken, tokenServer } from './token-server.ts'

const lifetimeMs = 5000
const callEveryMs = 500
const measuredMs = 20_000
const tokenMs = 100
const apiMs = 80
const neverElse = { outage: undefined, rotatedAt: Number.POSITIVE_INFINITY } as const
const runs = 20
const agent = new Agent({ connections: 16 })
const cacheUrl = process.env.SIDECAR_CACHE_URL

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

type Counts = { tokenRequests: number; met401: number }
type RealServer = { url: string; counts(): Counts; stop(): void }

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
  const server = await startServer(kind)
  const zero = performance.now()
  const running = await Promise.all(
    Array.from({ length: sidecars }, async () => {
      const { child, url } = await startSidecar(server.url)
      return { child, url, at: performance.now() - zero }
    }),
  )
  const begin = Math.ceil(performance.now() - zero)
  const before = server.counts()
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
  const after = server.counts()
  for (const { child } of running) child.kill('SIGTERM')
  await Promise.all(running.map(({ child }) => new Promise((resolve) => child.once('exit', resolve))))
  server.stop()
  const latencyMs = latencies.sort((one, other) => one - other)[Math.floor(latencies.length / 2)] ?? 1
  return {
    tokenRequests: after.tokenRequests - before.tokenRequests,
    met401: after.met401 - before.met401,
    ...{ refused, begin, latencyMs, starts: running.map(({ at }) => at) },
  }
}

const firstCall = (id: number) => (id * 79) % callEveryMs

/** The mean of several runs of the simulation, with the starts that were measured. */
function simulatedAs(kind: ServerKind, { starts, begin }: Measured): Counts & { refused: number } {
  const means = { tokenRequests: 0, met401: 0, refused: 0 }
  // A second of the tally begins where the calls do.
  const shift = 1000 * Math.ceil(begin / 1000) - begin
  const from = (begin + shift) / 1000
  for (let seed = 0; seed < runs; seed++) {
    const tally = simulate({
      server: { kind, lifetimeMs, tokenMs, ...neverElse },
      ...{ sidecars: starts.length, shared: cacheUrl !== undefined, callEveryMs, seed },
      ...{ durationMs: begin + shift + measuredMs, apiMs },
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

/** The server of the simulation on a real clock: it acts in the middle of a request, and answers when its time is over. */
async function startServer(kind: ServerKind): Promise<RealServer> {
  const counts: Counts = { tokenRequests: 0, met401: 0 }
  const tokens = tokenServer({ kind, lifetimeMs, tokenMs, ...neverElse }, () => {})
  const issued = new Map<string, SimulatedToken>()

  function token(at: number): [status: number, body: object] {
    counts.tokenRequests += 1
    const given = tokens.ask(at, false)
    if (!('value' in given)) return [503, {}]
    issued.set(given.value, given)
    return [200, { access_token: given.value, token_type: 'bearer', expires_in: given.lifetimeMs / 1000 }]
  }

  function judged(authorization: string | undefined, at: number): [status: number, body: object] {
    const given = issued.get(authorization?.replace('Bearer ', '') ?? '')
    if (given !== undefined && tokens.isGood(given, at + apiMs / 2)) return [200, {}]
    counts.met401 += 1
    return [401, { error: 'invalid_token' }]
  }

  const server = createServer(async (call, answer) => {
    const at = performance.now()
    call.resume()
    const isToken = call.url === '/oauth/token'
    const asked = isToken ? token(at) : undefined
    await sleep(isToken ? tokenMs : apiMs)
    const [status, body] = asked ?? judged(call.headers.authorization, at)
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  let end = () => {}
  const port = await listenOnFreePort({ after: (act) => (end = () => void act()) }, server)
  return { url: `http://127.0.0.1:${port}`, counts: () => ({ ...counts }), stop: () => end() }
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
