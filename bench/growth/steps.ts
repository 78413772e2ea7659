import { setTimeout as sleep } from 'node:timers/promises'
import type { Sidecar } from '../contestants/contestant.ts'
import type { KindName } from '../load/commands.ts'
import { type Load, startLoad } from '../load/load.ts'
import { median } from '../median.ts'
import { end } from '../processes.ts'
import { tell } from '../say.ts'
import { table } from '../table.ts'
import { type GrowthTools, shortLived } from './tools.ts'

/** In all: 50 for each of four. */
const perSecond = 200
const others = { perSecond: 500, requests: 4000, connections: 64 }

/** A product, and another load for it. */
type Both = { product: Sidecar; second: Load }

async function more({ product, second }: Both, kind: KindName = 'get'): Promise<void> {
  await second.rate([product], { ...others, kind })
}

/** What happens while single requests are timed. */
const disturbances: Record<string, (both: Both) => Promise<void>> = {
  nothing: async () => {},
  '500 more requests a second': (both) => more(both),
  '… and another log level four times a second': (both) => amidLogLevels(both.product, more(both)),
  '500 more a second, all refused with 401': (both) => more(both, 'refused'),
}

/** Changes the log level four times a second while the other thing lasts. */
async function amidLogLevels(product: Sidecar, other: Promise<void>): Promise<void> {
  let lasts = true
  const ended = other.finally(() => {
    lasts = false
  })
  for (let i = 0; lasts; i++) {
    await setLogLevel(product, i % 2 === 0 ? 'warn' : 'info')
    await sleep(250)
  }
  return ended
}

async function setLogLevel({ adminPort }: Sidecar, level: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/api/log-level?level=${level}`, {
    method: 'POST',
    headers: { 'X-Catapa-Sidecar': '1' },
  })
  if (!answer.ok) throw new Error(`the log level could not be set: ${answer.status}`)
  await answer.arrayBuffer()
}

/** The p99 of single requests: direct, and through products with other settings, of which the first is disturbed. */
export async function steps({ contestants, load, upstream, rounds, warmUp }: GrowthTools): Promise<string> {
  const product = await contestants.product()
  const warn = await contestants.product({ settings: { SIDECAR_LOG_LEVEL: 'warn' } })
  const renewing = await contestants.product({ settings: { CATAPA_TOKEN_URL: shortLived(upstream) } })
  const products = [product, warn, renewing]
  const all = [upstream.direct, ...products]
  for (const one of products) await load.burst(one, { requests: warmUp })
  const second = startLoad()
  const kinds = Object.entries(disturbances).map(([what, disturb]) => ({
    what,
    disturb,
    p99: all.map((): number[] => []),
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { what, disturb, p99 } of kinds) {
      tell(what)
      const seconds = others.requests / others.perSecond
      const disturbed = disturb({ product, second })
      const results = await load.rate(all, { perSecond, requests: (seconds * perSecond) / all.length })
      await disturbed
      for (const [i, { p99Ms }] of results.entries()) p99[i]?.push(p99Ms)
    }
  }
  const rows = kinds.map(({ what, p99 }) => [what, ...p99.map((values) => median(values).toFixed(2))])
  await Promise.all([second.end(), ...products.map(({ child }) => end(child))])
  return table(['meanwhile', 'direct, p99 ms', 'product', 'log level warn', 'a new token each 4 s'], rows)
}
