import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { digestOf, newKey } from '../../../src/callers/key.ts'
import { sandbox } from '../../../src/sandbox/app.ts'
import { bootMs } from './boot-clock.ts'
import { type Entry, joined } from './shares-ledger.ts'
import type { Setup } from './shares-rules.ts'

const upstreamMs = 200
const quota = { perSecond: 60, retryAfter: 2 }
const queueTimeoutMs = 30_000
const greedyRequests = 1000
/** Until all connections of the greedy caller are there, nothing is measured. */
const warmUpMs = 4000
const callers = ['greedy', 'quiet', 'writer'] as const
type Caller = (typeof callers)[number]

type Run = { url: string; keys: Map<Caller, string>; until: number; entries: Map<string, Entry>; agent: Agent }

/**
 * A greedy caller that has 1,000 requests queued at all times, a quiet one and a writer, for a third of the time in front of
 * an upstream that is only slow, then of one with a quota. With `named` each has its name and its share, else all have one.
 */
export async function sharesSoak(seconds: number, named: boolean): Promise<{ entries: Entry[]; setup: Setup }> {
  const folder = mkdtempSync(join(tmpdir(), 'catapa-shares-'))
  const app = sandbox({
    tenant: 'demo',
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    tokenLifetimeSeconds: 3600,
    tokenReuse: false,
  })
  const entries = new Map<string, Entry>()
  app.server.on('request', ({ headers }) => {
    entries.get(String(headers['x-ledger-id']))?.arrivals.push(bootMs())
  })
  const upstream = await app.listen({ port: 0, host: '127.0.0.1' })
  await misbehave(upstream, { latencyMs: upstreamMs })
  const keys = new Map(callers.map((caller) => [caller, newKey()]))
  const times = join(folder, 'times')
  writeFileSync(times, '')
  const { url, stop } = await startSidecar(upstream, folder, named ? keys : undefined, times)

  const agent = new Agent({ connections: greedyRequests + 10, keepAliveTimeout: 10_000 })
  const begun = bootMs() + warmUpMs
  const quotaFrom = begun + (seconds * 1000) / 3
  const run: Run = { url, keys: named ? keys : new Map(), until: begun + seconds * 1000, entries, agent }
  const work = [
    ...Array.from({ length: greedyRequests }, (_, i) => keepCalling(run, 'greedy', `g${i}`, () => 0)),
    keepCalling(run, 'quiet', 'q', () => 100),
    keepCalling(run, 'writer', 'w', () => 50),
  ]
  await sleep(quotaFrom - bootMs())
  await misbehave(upstream, { quota })
  await Promise.all(work)
  await stop()
  await app.close()
  await agent.close()
  const told = readFileSync(times, 'utf8').trim().split('\n')
  rmSync(folder, { recursive: true })
  return {
    entries: joined(
      entries,
      told.map((line) => JSON.parse(line)),
    ),
    setup: {
      upstreamMs,
      quotaPerSecond: quota.perSecond,
      queueTimeoutMs,
      begunAt: begun,
      quotaFrom,
      endedAt: run.until,
    },
  }
}

/** One request after the other. Who is turned away comes again at once, almost: programs like these cannot do better. */
async function keepCalling(run: Run, caller: Caller, name: string, pauseMs: () => number): Promise<void> {
  for (let i = 0; bootMs() < run.until; i += 1) {
    const status = await call(run, caller, `${name}-${i}`)
    await sleep(status === 200 ? pauseMs() : 100)
  }
}

async function call({ url, keys, entries, agent }: Run, caller: Caller, id: string): Promise<number> {
  const method = caller === 'writer' ? 'POST' : 'GET'
  const entry: Entry = {
    id,
    caller,
    method,
    sentAt: bootMs(),
    answeredAt: Number.POSITIVE_INFINITY,
    status: 0,
    problem: undefined,
    retryAfter: undefined,
    attempts: [],
    arrivals: [],
  }
  entries.set(id, entry)
  const key = keys.get(caller)
  const headers = { 'x-ledger-id': id, ...(key !== undefined && { 'x-api-key': key }) }
  try {
    const answer = await request(`${url}/sandbox/echo/${caller}`, {
      method,
      headers,
      dispatcher: agent,
      ...(method === 'POST' && { body: '{}' }),
    })
    await answer.body.dump()
    const [told] = [answer.headers['retry-after']].flat()
    entry.status = answer.statusCode
    entry.problem = [answer.headers['x-catapa-sidecar-error']].flat()[0]
    entry.retryAfter = told === undefined ? undefined : Number(told)
  } catch {
    // Its status stays 0.
  }
  entry.answeredAt = bootMs()
  return entry.status
}

async function misbehave(upstream: string, faults: Record<string, unknown>): Promise<void> {
  const answer = await request(`${upstream}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })
  await answer.body.dump()
}

async function startSidecar(
  upstream: string,
  folder: string,
  keys: Map<Caller, string> | undefined,
  times: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const file = join(folder, 'callers')
  const sections = [...(keys ?? [])].map(([caller, key]) => `[${caller}]\nkey = sha256:${digestOf(key)}\n`)
  writeFileSync(file, sections.join('\n'))
  chmodSync(file, 0o600)
  const preload = join(import.meta.dirname, 'wire-times.js')
  const cli = join(import.meta.dirname, '../../../src/cli.js')
  const child = spawn(process.execPath, ['--import', preload, cli, 'start'], {
    env: {
      PATH: process.env.PATH,
      WIRE_TIMES: times,
      CATAPA_TENANT: 'demo',
      CATAPA_CLIENT_ID: 'demo-client',
      CATAPA_CLIENT_SECRET: 'demo-secret',
      CATAPA_BASE_URL: upstream,
      SIDECAR_LISTEN: 'localhost:0',
      SIDECAR_ADMIN_LISTEN: 'off',
      SIDECAR_MAX_WAITING: String(greedyRequests * 2),
      SIDECAR_QUEUE_TIMEOUT: String(queueTimeoutMs / 1000),
      SIDECAR_LOG_LEVEL: 'info',
      ...(keys !== undefined && { SIDECAR_CALLERS_FILE: file }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (text.length < 10_000) text += chunk
      const found = /"address":"(http:\/\/127[^"]+)"/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    ended.then(() => reject(new Error(`the sidecar ended:\n${text}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
