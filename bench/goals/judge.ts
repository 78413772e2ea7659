import { median } from '../median.ts'
import { table } from '../table.ts'
import { type Goal, goals } from './goals.ts'
import type { Samples } from './samples.ts'

type Found = {
  median: number
  least: number
  most: number
  rounds: number
  verdict: '✓' | 'within limit' | '✗'
}

/** A goal with what was measured; without where its scenario did not run. */
type Judged = Omit<Goal, 'by'> & (Found | Partial<Record<keyof Found, undefined>>)

export function judge(samples: Samples): Judged[] {
  return goals.map(({ by, ...goal }) => {
    const values = by(samples) ?? []
    return values.length === 0 ? goal : { ...goal, ...found(goal, values) }
  })
}

function found({ goal, limit }: { goal: number; limit: number }, values: readonly number[]): Found {
  const middle = median(values)
  const printed = Math.round(middle * 100) / 100 // 0.5804 holds 0.58.
  return {
    median: middle,
    least: Math.min(...values),
    most: Math.max(...values),
    rounds: values.length,
    verdict: printed <= goal ? '✓' : printed <= limit ? 'within limit' : '✗',
  }
}

export function goalTable(judged: readonly Judged[]): string {
  const rows = judged.map((one) => {
    const { measure, goal, limit } = one
    if (one.median === undefined) return [measure, '–', '–', goal, limit, 'not measured']
    const range = `${one.least.toFixed(2)}–${one.most.toFixed(2)} (${one.rounds})`
    return [measure, one.median.toFixed(2), range, goal, limit, one.verdict]
  })
  return table(['measure', 'median', 'range (rounds)', 'goal ≤', 'limit', ''], rows)
}
