import { setTimeout as sleep } from 'node:timers/promises'
import type { Sidecar } from '../contestants/contestant.ts'
import type { Burst } from '../load/commands.ts'
import type { Load } from '../load/load.ts'

/** A bit of everything, with ever new URLs, and fewer and more callers. */
const waveBursts: Burst[] = [
  { requests: 20_000, shape: { urls: 100_000 } },
  { connections: 200, requests: 5000, shape: { headers: 40 } },
  { kind: 'post', requests: 5000 },
  { kind: 'large', connections: 16, requests: 1000 },
  { kind: 'refused', connections: 16, requests: 1000 },
]

/** The bursts, a look at the admin listener, and some rest. @returns how many requests it was */
export async function wave(load: Load, product: Sidecar): Promise<number> {
  for (const burst of waveBursts) await load.burst(product, burst)
  for (const path of ['/metrics', '/api/status']) {
    const answer = await fetch(`http://127.0.0.1:${product.adminPort}${path}`)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  await sleep(2000)
  return waveBursts.reduce((sum, { requests }) => sum + requests, 0)
}
