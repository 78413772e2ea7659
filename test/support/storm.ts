// Programs through a storm of 429s: what each saw. docs/limits.md has the table; `npm run limits` writes it.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../src/settings/config.ts'
import { type Client, run } from '../system/compatibility/clients.ts'
import { type Ending, json, startBoth } from './sidecar.ts'
import { sleep } from './wire.ts'

/** How a call ended, as its program told it: `200`, `429`, `503 overloaded`. */
export type Outcome = { said: string; tookMs: number }

const file = join(mkdtempSync(join(tmpdir(), 'catapa-storm-')), 'request.json')
writeFileSync(file, '{"name":"Édith Ñandú"}')

export type Storm = {
  /** One call of a program. */
  call(client: Client, kind: 'get' | 'post'): Promise<Outcome>
  /** What the upstream has counted. */
  stats(): Promise<{ statedPauses: number; requestsInPause: number; latestInPauseMs: number }>
  stop(): Promise<void>
}

/** A CATAPA that takes five requests a second and asks for a pause of 2 s, and readers who always want more than that. */
export async function storm(t: Ending, overrides: Partial<Config> = {}): Promise<Storm> {
  const { url, sandboxUrl } = await startBoth(t, overrides)
  const quota = { perSecond: 5, retryAfter: 2 }
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify({ quota, latencyMs: 50 }) })
  let over = false
  const readers = Array.from({ length: 8 }, async () => {
    while (!over) {
      const answer = await fetch(`${url}/core/v1/employees?size=1`).catch(() => undefined)
      await answer?.text().catch(() => '')
      await sleep(200)
    }
  })
  const stats = () => json(fetch(`${sandboxUrl}/sandbox/stats`))
  while ((await stats()).statedPauses === 0) await sleep(20)
  return {
    async call(client, kind) {
      const began = performance.now()
      const { code, out, err } = await run([
        ...client.command,
        url,
        kind,
        `/sandbox/echo/${kind}`,
        file,
        ...(client.options ?? []),
      ])
      return { said: saidBy(code, out.toString() + err), tookMs: performance.now() - began }
    },
    stats,
    async stop() {
      over = true
      await Promise.all(readers)
    },
  }
}

/** The status and the code that a program shows; what it shows instead, where it shows none. */
export function saidBy(code: number, shown: string): string {
  if (code === 0) return '200'
  const status = /\b(429|50[234])\b/.exec(shown)?.[1]
  if (status === undefined) return `an error without a status (${shown.trim().slice(0, 80)})`
  const problem = /\boverloaded\b/.exec(shown)?.[0]
  return problem === undefined ? status : `${status} \`${problem}\``
}
