import type { Contestant } from '../contestants/contestant.ts'
import type { Burst } from '../load/commands.ts'
import type { Load } from '../load/load.ts'
import { median } from '../median.ts'
import { cpuUs } from '../usage.ts'

type Pair = { product: Contestant; floor: Contestant }
type Cost = { product: number; floor: number; ratio: number }

/** CPU per request of product and floor in turn, in µs, and the ratio: medians over rounds, after one that does not count. */
export async function sideBySide(load: Load, { product, floor }: Pair, burst: Burst, rounds: number): Promise<Cost> {
  const [ofProduct, ofFloor]: [number[], number[]] = [[], []]
  const both = [
    { one: product, us: ofProduct },
    { one: floor, us: ofFloor },
  ]
  for (let round = -1; round < rounds; round++) {
    for (const { one, us } of round % 2 === 0 ? both : both.toReversed()) {
      const before = cpuUs(one.pid)
      await load.burst(one, burst)
      if (round >= 0) us.push((cpuUs(one.pid) - before) / burst.requests)
    }
  }
  const ratio = median(ofProduct.map((us, round) => us / (ofFloor[round] ?? Number.NaN)))
  return { product: median(ofProduct), floor: median(ofFloor), ratio }
}

export const costHead = ['product, CPU µs', 'floor, CPU µs', 'product ÷ floor']

export function costCells({ product, floor, ratio }: Cost): string[] {
  return [shown(product), shown(floor), ratio.toFixed(2)]
}

function shown(us: number): string {
  return us >= 100 ? us.toFixed(0) : us.toFixed(1)
}
