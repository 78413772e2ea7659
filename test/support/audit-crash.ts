// A sidecar with a trail that is killed under load: whatever reached CATAPA has a begin line. The suite runs the short form
// (test/audit/writing/crash.test.ts), test/tools/audit-crash.ts the long one.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTrail } from '../../src/audit/writing/open-trail.ts'
import { auditFolder, wholeTrail } from './audit-trail.ts'
import { demoCredentials, type Ending, listenOnFreePort, type RunningCommand, runCli } from './sidecar.ts'
import { eventually } from './wire.ts'

export type CrashLedger = {
  kills: number
  /** Requests that changed something, as CATAPA saw them. */
  atUpstream: number
  /** Of these, those without a begin line. Has to stay 0. */
  withoutBegin: number
  begins: number
  ends: number
  /** Begins without an end: what was under way at a kill. */
  unknown: number
  /** Torn lines that the next start cut off. */
  recovered: number
  /** The longest time from a kill to the first answer of the next process. */
  slowestRestartMs: number
}

type Life = RunningCommand & { url: string }

/** So many programs call at once. */
const callers = 16

async function live(t: Ending, upstream: string, folder: string): Promise<Life> {
  const { tenant, clientId, clientSecret } = demoCredentials
  const command = runCli(t, ['start'], {
    CATAPA_TENANT: tenant,
    CATAPA_CLIENT_ID: clientId,
    CATAPA_CLIENT_SECRET: clientSecret,
    CATAPA_BASE_URL: upstream,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    SIDECAR_AUDIT_DIR: folder,
    SIDECAR_LOG_LEVEL: 'info',
  })
  const address = /"address":"(http:\/\/127[^"]+)"/
  return { ...command, url: address.exec(await command.until(address))?.[1] ?? '' }
}

/** A CATAPA that remembers the id of every request that is no read as soon as its first bytes have come. */
async function startLedger(t: Ending): Promise<{ url: string; seen: Set<string> }> {
  const seen = new Set<string>()
  const server = createServer((request, response) => {
    if (request.url === '/oauth/token') return response.end('{"access_token":"token-4711","expires_in":3600}')
    if (request.method !== 'GET') seen.add(String(request.headers['x-request-id']))
    request.resume()
    return request.once('end', () => setTimeout(() => response.end('{}'), Math.random() * 5))
  })
  return { url: `http://127.0.0.1:${await listenOnFreePort(t, server)}`, seen }
}

/** Kills the process at random instants under load, starts it anew, and compares what CATAPA saw with the trail. */
export async function crashTrail(t: Ending, { kills, lanes }: { kills: number; lanes: number }): Promise<CrashLedger> {
  const ledger: CrashLedger = {
    ...{ kills: 0, atUpstream: 0, withoutBegin: 0, begins: 0, ends: 0, unknown: 0, recovered: 0, slowestRestartMs: 0 },
  }
  const { url, seen } = await startLedger(t)
  let left = kills
  let number = 0

  /** A program that goes on whatever happens: three writes for each read. */
  async function calls(lane: { life: Life; over: boolean }): Promise<void> {
    while (!lane.over) {
      number += 1
      const method = number % 4 === 0 ? 'GET' : 'POST'
      const headers = { 'X-Request-Id': randomUUID() }
      const body = method === 'POST' ? { body: '{"name":"x"}' } : {}
      await fetch(`${lane.life.url}/core/v1/employees`, { method, headers, ...body })
        .then((response) => response.arrayBuffer())
        .catch(() => sleep(20))
    }
  }

  async function lane(): Promise<string> {
    const folder = auditFolder(t)
    const at = { life: await live(t, url, folder), over: false }
    const calling = Array.from({ length: callers }, () => calls(at))
    const busy = (before = seen.size) => eventually(() => seen.size > before + callers, 'there is load', 60_000)
    while (left > 0) {
      left -= 1
      await busy()
      await sleep(Math.random() * 300)
      at.life.child.kill('SIGKILL')
      const killedAt = performance.now()
      await at.life.exit
      ledger.kills += 1
      at.life = await live(t, url, folder)
      ledger.slowestRestartMs = Math.max(ledger.slowestRestartMs, performance.now() - killedAt)
    }
    await busy()
    at.life.child.kill('SIGTERM') // So that there are ends, however busy the machine is.
    await at.life.exit
    at.over = true
    await Promise.all(calling)
    return folder
  }

  const folders = await Promise.all(Array.from({ length: lanes }, lane))
  const begun = new Set<unknown>()
  for (const folder of folders) {
    // As the next start would: what the last kill tore is cut.
    const trail = await openTrail({ folder, keepDays: 400, onFailure: 'writes', log: { warn() {}, error() {} } })
    await trail.stop()
    const lines = wholeTrail(folder)
    const ended = new Set(lines.flatMap(({ event, begin }) => (event === 'end' ? [begin] : [])))
    for (const { event, seq, requestId } of lines) {
      if (event === 'recovered') ledger.recovered += 1
      if (event === 'end') ledger.ends += 1
      if (event !== 'begin') continue
      ledger.begins += 1
      begun.add(requestId)
      if (!ended.has(seq)) ledger.unknown += 1
    }
  }
  assert.ok(seen.size > 0, 'something has reached CATAPA')
  ledger.atUpstream = seen.size
  ledger.withoutBegin = [...seen].filter((id) => !begun.has(id)).length
  return ledger
}
