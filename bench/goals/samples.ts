import { median } from '../median.ts'
import { table } from '../table.ts'

/** Measure → contestant → one value a round. */
export type Samples = Record<string, Record<string, number[]>>

/** Adds what a contestant had in a round. */
export function add(samples: Samples, measure: string, contestant: string, value: number): void {
  const byName = samples[measure] ?? {}
  samples[measure] = byName
  byName[contestant] = [...(byName[contestant] ?? []), value]
}

/** Medians of everything, for who wants to know what a ratio is made of. */
export function sampleTable(samples: Samples): string {
  const names = [...new Set(Object.values(samples).flatMap((byName) => Object.keys(byName)))]
  const rows = Object.entries(samples).map(([measure, byName]) => [
    measure,
    ...names.map((name) => (byName[name] === undefined ? '' : shown(median(byName[name])))),
  ])
  return table(['median of', ...names], rows)
}

function shown(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
