// A long run of the real product against a sandbox that misbehaves at random: npm run soak -- --seconds 600
// Every write carries an id that the sandbox counts, every read a number that has to come back, so that at the end
// nothing is lost, doubled or mixed up; `--calm` leaves the faults out, `--reuse` is a server with Spring's habit. Fails
// unless every failure was one that the faults made unavoidable. `--shares` is another run: a greedy caller, a quiet one and a
// writer before an upstream with a quota.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Agent, request } from 'undici'
import { sandbox } from '../../src/sandbox/app.ts'
import { seededRandom } from '../support/random.ts'
import { findings } from './shares/shares-rules.ts'
import { sharesSoak } from './shares/shares-soak.ts'
import { callerCount, type Ledger, newLedger, record, type Written } from './soak-ledger.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    reuse: { type: 'boolean', default: false },
    calm: { type: 'boolean', default: false },
    shares: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const lifetimeSeconds = values.reuse ? 3 : 2

const agent = new Agent({ connections: callerCount, keepAliveTimeout: 10_000 })

async function ask(url: string, path: string, method: 'GET' | 'PATCH' | 'POST' | 'DELETE' = 'GET', body?: unknown) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await request(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return JSON.parse(await answer.body.text())
}

/** What goes wrong, one thing after the other; each is over before tokens that are still good would run out. */
async function misbehave(url: string, random: () => number, until: number, ledger: Ledger): Promise<void> {
  const faults: [weight: number, fault: () => Promise<unknown>][] = [
    [
      3,
      () =>
        ask(url, '/sandbox/faults', 'PATCH', { tokenErrors: { count: 1, status: 503 } }).then(() =>
          ledger.injectedAt.push(performance.now()),
        ),
    ],
    [
      1,
      () =>
        ask(url, '/sandbox/faults', 'PATCH', { tokenErrors: { count: 1, status: 429, retryAfter: 0 } }).then(() =>
          ledger.injectedAt.push(performance.now()),
        ),
    ],
    [
      1,
      () =>
        ask(url, '/sandbox/faults', 'PATCH', { tokenErrors: { count: 1, status: 500 }, tokenLatencyMs: 50 }).then(() =>
          ledger.injectedAt.push(performance.now()),
        ),
    ],
    [2, () => ask(url, '/sandbox/faults', 'PATCH', { latencyMs: 40 })],
    [2, () => ask(url, '/sandbox/faults', 'PATCH', { resets: { count: 2 } })],
    [2, () => ask(url, '/sandbox/faults', 'PATCH', { slowBody: { bytesPerSecond: 200_000 } })],
  ]
  // A server with Spring's habit has no revocation in it: it is the plain lifetimes that are on trial there.
  if (!values.reuse) faults.push([3, () => revoke(url, ledger)])
  const total = faults.reduce((sum, [weight]) => sum + weight, 0)
  while (performance.now() < until) {
    await sleep(800 + random() * 1200)
    let pick = random() * total
    for (const [weight, fault] of faults) {
      pick -= weight
      if (pick < 0) {
        await fault()
        break
      }
    }
    await sleep(200 + random() * 300)
    await ask(url, '/sandbox/faults', 'PATCH', { latencyMs: null, slowBody: null, tokenLatencyMs: null })
  }
  await ask(url, '/sandbox/faults', 'DELETE')
}

/** Five a minute at most: of further ones the 401s pass for a while (design/promises 4.9). */
async function revoke(url: string, { revokedAt }: Ledger): Promise<void> {
  const now = performance.now()
  if (revokedAt.filter((at) => at > now - 61_000).length >= 5) return
  await ask(url, '/sandbox/revoke', 'POST')
  revokedAt.push(performance.now())
}

/** One caller: reads and writes of every kind, one after the other. */
async function call(url: string, name: number, random: () => number, until: number, ledger: Ledger): Promise<void> {
  for (let i = 0; performance.now() < until; i++) {
    const id = `${name}-${i}`
    const kind = random()
    const startedAt = performance.now()
    if (kind < 0.5) await get(url, id, startedAt, ledger)
    else if (kind < 0.6) await write(url, id, 'PUT', 200 * 1024, startedAt, ledger)
    else await write(url, id, kind < 0.9 ? 'POST' : 'DELETE', Math.floor(random() * 4096), startedAt, ledger)
    await sleep(random() * 60)
  }
}

async function get(url: string, id: string, startedAt: number, ledger: Ledger): Promise<void> {
  try {
    const answer = await request(`${url}/sandbox/echo/${id}?id=${id}`, { dispatcher: agent })
    const text = await answer.body.text()
    if (answer.statusCode === 200 && !text.includes(`/sandbox/echo/${id}?id=${id}"`)) ledger.mixed += 1
    record(ledger, 'GET', answer.statusCode, answer.headers['x-catapa-sidecar-error'], startedAt, false)
  } catch {
    record(ledger, 'GET', 0, undefined, startedAt, false)
  }
}

async function write(
  url: string,
  id: string,
  method: 'POST' | 'PUT' | 'DELETE',
  bytes: number,
  startedAt: number,
  ledger: Ledger,
) {
  const written: Written = { ok: false, reached: 'maybe' }
  ledger.writes.set(id, written)
  try {
    const body = Buffer.alloc(bytes, id)
    const answer = await request(`${url}/sandbox/echo/${id}`, {
      method,
      body,
      headers: { 'x-ledger-id': id },
      dispatcher: agent,
    })
    const text = await answer.body.text()
    written.ok = answer.statusCode === 200
    if (written.ok && JSON.parse(text).bodySize !== bytes) ledger.mixed += 1
    const problem = [answer.headers['x-catapa-sidecar-error']].flat()[0]
    if (problem !== undefined) written.reached = JSON.parse(text).reached
    else if (answer.statusCode === 401) written.reached = 'no'
    record(ledger, method, answer.statusCode, problem, startedAt, bytes > 64 * 1024)
  } catch {
    record(ledger, method, 0, undefined, startedAt, true)
  }
}

function rssMib(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

async function startSidecar(sandboxUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/cli.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      CATAPA_TENANT: 'demo',
      CATAPA_CLIENT_ID: 'demo-client',
      CATAPA_CLIENT_SECRET: 'demo-secret',
      CATAPA_BASE_URL: sandboxUrl,
      SIDECAR_LISTEN: 'localhost:0',
      SIDECAR_ADMIN_LISTEN: 'off',
      SIDECAR_REPLAY: 'buffered',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      if (text.length < 10_000) text += chunk
      const found = /"address":"(http:\/\/127[^"]+)"/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return { child, url }
}

async function main(): Promise<number> {
  const seed = Number(values.seed)
  console.log(
    `soak: ${seconds} s, seed ${seed}, tokens of ${lifetimeSeconds} s${values.reuse ? ', handed back until they expire' : ''}`,
  )
  const app = sandbox({
    tenant: 'demo',
    clientId: 'demo-client',
    clientSecret: 'demo-secret',
    tokenLifetimeSeconds: lifetimeSeconds,
    tokenReuse: values.reuse,
  })
  const sandboxUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  const { child, url } = await startSidecar(sandboxUrl)
  const random = seededRandom(seed)
  const ledger = newLedger()
  const until = performance.now() + seconds * 1000
  const rss = { warm: 0, end: 0 }
  const measured = sleep(Math.min(120_000, (seconds * 1000) / 3)).then(() => {
    rss.warm = rssMib(child)
  })
  const callers = Array.from({ length: callerCount }, (_, name) =>
    call(url, name, seededRandom(seed + name), until, ledger),
  )
  await Promise.all([...callers, values.calm ? undefined : misbehave(sandboxUrl, random, until, ledger), measured])
  rss.end = rssMib(child)
  const stats = await ask(sandboxUrl, '/sandbox/stats')
  const counts = await ask(sandboxUrl, '/sandbox/ledger')
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  await app.close()
  await agent.close()

  const doubled = Object.values(counts).filter((count) => Number(count) > 1).length
  const lost = [...ledger.writes].filter(([id, { ok }]) => ok && counts[id] !== 1).length
  const untrue = [...ledger.writes].filter(
    ([id, { ok, reached }]) => !ok && reached === 'no' && counts[id] !== undefined,
  ).length
  // A server that hands the same token back is asked once in vain per lifetime (design/promises 4.6).
  const perToken = values.reuse ? 2 : 1
  const requestsBound = Math.ceil((stats.usedTokens * perToken + ledger.injectedAt.length) * 1.1) + 2
  const lines: [string, unknown, boolean][] = [
    ['requests', ledger.requests, ledger.requests > 0],
    ['rotations (tokens used)', stats.usedTokens, stats.usedTokens > 1],
    ['injected token failures', ledger.injectedAt.length, true],
    ['revocations', ledger.revokedAt.length, true],
    [`token requests (at most ${requestsBound})`, stats.tokenRequests, stats.tokenRequests <= requestsBound],
    ['token requests at once, most', stats.maxConcurrentTokenRequests, stats.maxConcurrentTokenRequests <= 1],
    ['rejected tokens', stats.rejectedTokens, !values.calm || stats.rejectedTokens === 0],
    ['expired tokens sent', stats.expiredTokens, stats.expiredTokens === 0],
    ['duplicate writes', doubled, doubled === 0],
    ['writes answered 2xx and missing', lost, lost === 0],
    ['writes that say reached "no" untruly', untrue, untrue === 0],
    ['mixed answers', ledger.mixed, ledger.mixed === 0],
    ['failures that the faults made unavoidable', Object.fromEntries(ledger.unavoidable), true],
    ['other failures seen by callers', Object.fromEntries(ledger.unexpected), ledger.unexpected.size === 0],
    ['slowest request, ms', Math.round(ledger.slowestMs), true],
    ['RSS of the sidecar, MiB: warm, end', `${rss.warm}, ${rss.end}`, rss.end <= rss.warm * 1.2 + 30],
  ]
  return told(lines)
}

/** Prints each figure; 1 unless all are as promised. */
function told(lines: readonly (readonly [name: string, value: unknown, fine: boolean])[]): number {
  for (const [name, value, fine] of lines) {
    console.log(`${fine ? '  ' : '✗ '}${name.padEnd(54)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  }
  const passed = lines.every(([, , fine]) => fine)
  console.log(passed ? 'soak: passed' : 'soak: FAILED')
  return passed ? 0 : 1
}

async function shares(): Promise<number> {
  console.log(`soak of the shares: ${seconds} s, the last two thirds of it with a quota`)
  const { entries, setup } = await sharesSoak(seconds, true)
  return told(findings(entries, setup))
}

process.exitCode = await (values.shares ? shares() : main())
