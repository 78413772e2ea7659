// Writes the measured parts of docs/limits.md and docs/waits.svg from real runs, in five minutes: npm run limits
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../src/settings/config.ts'
import { table, withTables } from '../support/docs-tables.ts'
import { root } from '../support/sidecar.ts'
import { type Outcome, type Storm, storm } from '../support/storm.ts'
import { sleep } from '../support/wire.ts'
import { type Client, clients, compileAll } from '../system/compatibility/clients.ts'
import { type Entry, quantile } from './shares/shares-ledger.ts'
import type { Setup } from './shares/shares-rules.ts'
import { sharesSoak } from './shares/shares-soak.ts'
import { waitsPlot } from './shares/waits-plot.ts'

const soakSeconds = 36
const callsEach = 8
const callers = ['greedy', 'quiet', 'writer']
const programs = [
  'curl',
  'PHP `file_get_contents`',
  'PHP curl extension',
  'Java `HttpURLConnection`',
  'Java `java.net.http`',
]

type Run = { entries: Entry[]; setup: Setup }

const only = process.argv[2]
if (only !== 'programs') await writeWaits()
if (only !== 'waits') await writePrograms()
process.exit(0)

async function writeWaits(): Promise<void> {
  const without = await sharesSoak(soakSeconds, false)
  const withShares = await sharesSoak(soakSeconds, true)
  const plot = waitsPlot([
    { title: 'One share: no callers file', ...without },
    { title: 'A share for each: three names in a callers file', ...withShares },
  ])
  writeFileSync(join(root, 'docs/waits.svg'), plot)
  const rows = callers.map((caller) => [
    caller,
    ...[without, withShares].flatMap((run) => [waits(run, caller, false), waits(run, caller, true)]),
  ])
  const header = ['caller', 'one share', 'one share, quota', 'a share each', 'a share each, quota']
  update({ waits: table(header, rows) })
}

/** Half of its answers took no longer than the first figure, 99 of 100 no longer than the second. */
function waits({ entries, setup }: Run, caller: string, quota: boolean): string {
  const times = entries
    .filter((entry) => entry.caller === caller && entry.status === 200 && entry.sentAt >= setup.begunAt)
    .filter(({ sentAt, answeredAt }) =>
      quota ? sentAt >= setup.quotaFrom && answeredAt <= setup.endedAt : answeredAt < setup.quotaFrom,
    )
    .map(({ sentAt, answeredAt }) => answeredAt - sentAt)
  return times.length === 0
    ? 'none within the run'
    : `${seconds(quantile(times, 0.5))}, ${seconds(quantile(times, 0.99))}`
}

async function writePrograms(): Promise<void> {
  await compileAll()
  const chosen = clients.filter(({ name }) => programs.includes(name))
  const [curl] = chosen
  // It heeds Retry-After, and sends again what was answered with 429 or 503.
  if (curl !== undefined) chosen.splice(1, 0, { ...curl, name: 'curl `--retry 5`', options: ['--retry', '5'] })
  const rows = new Map(chosen.map(({ name }) => [name, [name]]))
  await through({}, async (weather) => {
    for (const client of chosen) rows.get(client.name)?.push(await told(weather, client, 'get'))
    for (const client of chosen) rows.get(client.name)?.push(await told(weather, client, 'post'))
  })
  await through({ holdMs: 0 }, async (weather) => {
    for (const client of chosen) rows.get(client.name)?.push(await told(weather, client, 'get'))
  })
  update({ programs: table(['program', 'reads', 'writes', 'reads, `SIDECAR_HOLD=0`'], [...rows.values()]) })
}

async function through(overrides: Partial<Config>, calls: (weather: Storm) => Promise<void>): Promise<void> {
  const ends: (() => unknown)[] = []
  const weather = await storm({ after: (end) => ends.unshift(end) }, overrides)
  await calls(weather)
  const { statedPauses, requestsInPause, latestInPauseMs } = await weather.stats()
  console.log('the storm:', { statedPauses, requestsInPause, latestInPauseMs })
  await weather.stop()
  for (const end of ends) await end()
}

/** `6 × 200, 2 × 429; the slowest 3.1 s` */
async function told(weather: Storm, client: Client, kind: 'get' | 'post'): Promise<string> {
  const seen: Outcome[] = []
  for (let i = 0; i < callsEach; i += 1) {
    seen.push(await weather.call(client, kind))
    await sleep(600)
  }
  const kinds = [...new Set(seen.map(({ said }) => said))].sort()
  const counts = kinds.map((said) => `${seen.filter((one) => one.said === said).length} × ${said}`)
  const slowest = Math.max(...seen.map(({ tookMs }) => tookMs))
  return `${counts.join(', ')}; the slowest ${seconds(slowest)}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function update(parts: Record<string, string>): void {
  const page = join(root, 'docs/limits.md')
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), parts))
}
