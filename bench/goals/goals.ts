// The goals of docs/performance.md, each a ratio or a difference within a round.

/** Measure → contestant → one value a round. */
export type Samples = Record<string, Record<string, number[]>>

/** `by(samples)` gives one value a round, undefined where its scenario did not run. `limit` is where to stop and look. */
type Goal = {
  measure: string
  scenario: string
  goal: number
  limit: number
  by: (samples: Samples) => number[] | undefined
}

const goals: Goal[] = [
  { measure: 'CPU per request ÷ bare, c=64', scenario: 'get64', goal: 0.58, limit: 0.7, by: ratio('get64: CPU µs') },
  {
    measure: 'CPU per request ÷ floor, c=64',
    scenario: 'get64',
    goal: 1.2,
    limit: 1.35,
    by: ratio('get64: CPU µs', 'floor'),
  },
  {
    measure: 'CPU per request ÷ nginx, c=64',
    scenario: 'get64',
    goal: 4.6,
    limit: 6,
    by: ratio('get64: CPU µs', 'nginx'),
  },
  { measure: 'CPU ÷ bare, c=1', scenario: 'get1', goal: 0.45, limit: 0.65, by: ratio('get1: CPU µs') },
  { measure: 'p50 added ÷ bare, c=1', scenario: 'get1', goal: 0.6, limit: 0.8, by: added('get1: p50 ms') },
  { measure: 'POST 20 KB: CPU ÷ bare', scenario: 'post', goal: 0.6, limit: 0.75, by: ratio('post: CPU µs') },
  { measure: '100 KB answer: CPU ÷ bare', scenario: 'large', goal: 0.7, limit: 0.9, by: ratio('large: CPU µs') },
  { measure: 'p99 added ÷ bare, 150/s', scenario: 'rate', goal: 0.65, limit: 1, by: added('rate: p99 ms') },
  {
    measure: 'first 64 after 5 s idle: CPU ÷ bare',
    scenario: 'idle',
    goal: 0.3,
    limit: 0.5,
    by: ratio('idle: CPU µs'),
  },
  { measure: 'RSS idle ÷ bare', scenario: 'start', goal: 1, limit: 1.15, by: ratio('idle: RSS MB') },
  { measure: 'RSS under load ÷ bare', scenario: 'get64', goal: 0.85, limit: 1, by: ratio('loaded: RSS MB') },
  {
    measure: 'peak RSS, second GiB − first, MB',
    scenario: 'gib',
    goal: 0,
    limit: 10,
    by: ({ 'first GiB: peak RSS MB': first, 'second GiB: peak RSS MB': second }) =>
      byRound([second?.product, first?.product], (after, before) => after - before),
  },
  {
    measure: 'stalled reader, MB more',
    scenario: 'stalled',
    goal: 0,
    limit: 10,
    by: (all) => all['stalled reader: MB more']?.product,
  },
  { measure: 'start to first 200 ÷ bare', scenario: 'start', goal: 0.95, limit: 1.3, by: ratio('start: ms') },
  {
    measure: 'healthcheck ÷ node -e 0',
    scenario: 'healthcheck',
    goal: 1.3,
    limit: 1.6,
    by: ratio('healthcheck: ms', 'node'),
  },
]

function ratio(measure: string, other = 'bare'): Goal['by'] {
  return ({ [measure]: all }) => byRound([all?.product, all?.[other]], (value, others) => value / others)
}

/** What the proxy adds to a request that needs none, compared with what bare adds. */
function added(measure: string): Goal['by'] {
  return ({ [measure]: all }) =>
    byRound([all?.product, all?.bare, all?.direct], (value, bare, direct) => (value - direct) / (bare - direct))
}

/** What is worked out of the values of each round; undefined where one of the series is missing. */
function byRound(series: (number[] | undefined)[], workOut: (...values: number[]) => number): number[] | undefined {
  const there = series.filter((values) => values !== undefined)
  if (there.length < series.length) return undefined
  return there[0]?.map((_, round) => workOut(...there.map((values) => values[round] ?? Number.NaN)))
}

/** NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
}

type Found = {
  median: number
  least: number
  most: number
  rounds: number
  verdict: '✓' | 'within limit' | '✗'
}

/** A goal with what was measured; without where its scenario did not run. */
type Judged = Omit<Goal, 'by'> & (Found | { median?: undefined })

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

/** Rows as a table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, head.map(() => '---'), ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`).join('\n')
}
