// What becomes of the cost as something grows.
import type { Burst } from '../load/commands.ts'
import { end } from '../processes.ts'
import { tell } from '../say.ts'
import { table } from '../table.ts'
import { sizedBytes } from '../upstream/sizes.ts'
import { rssMb } from '../usage.ts'
import { costCells, costHead, sideBySide } from './side-by-side.ts'
import type { GrowthTools } from './tools.ts'

/** Moved in one burst at most, unless two requests are more. */
const burstBytes = 256 * 1024 ** 2
const burstRequests = 3000

const bodies = sizedBytes.map((bytes) => ({
  label: size(bytes),
  connections: bytes > 1024 ** 2 ? 4 : 64,
  requests: Math.max(2, Math.min(burstRequests, Math.floor(burstBytes / bytes))),
  bytes,
}))

/** What grows → its values, each a burst. */
const series: Record<string, ({ label: string | number } & Partial<Burst>)[]> = {
  'callers at once': [1, 8, 64, 256, 1000].map((connections) => ({ label: connections, connections })),
  'bytes of the answer': bodies.map(({ bytes, ...one }) => ({ ...one, shape: { answerBytes: bytes } })),
  'bytes of the request body': bodies.map(({ bytes, ...one }) => ({
    ...one,
    kind: 'upload',
    shape: { uploadBytes: bytes },
  })),
  'headers of the request': [5, 25, 100, 200].map((count) => ({ label: count, shape: { headers: count - 5 } })),
  'different URLs': [1, 1000, 100_000].map((urls) => ({
    label: urls,
    shape: { urls },
    requests: Math.max(urls, 3000),
  })),
}

/** CPU per request of product and floor, side by side, and the memory of the product afterwards. */
export async function growth({ contestants, load, rounds, warmUp }: GrowthTools): Promise<string> {
  const product = await contestants.product({ settings: { SIDECAR_MAX_BODY: '0' } })
  const floor = await contestants.floor()
  for (const one of [product, floor]) await load.burst(one, { requests: warmUp })
  const rows = []
  for (const [what, values] of Object.entries(series)) {
    tell(what)
    for (const { label, ...burst } of values) {
      const cost = await sideBySide(load, { product, floor }, { requests: burstRequests, ...burst }, rounds)
      rows.push([what, label, ...costCells(cost), rssMb(product.pid).toFixed(0)])
    }
  }
  await Promise.all([end(product.child), end(floor.child)])
  return table(['what grows', 'to', ...costHead, 'product, RSS MB'], rows)
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB']
  const step = Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  return `${bytes / 1024 ** step} ${units[step]}`
}
