// The goals of docs/performance.md, each a ratio or a difference within a round.

/** `by(samples)` gives one value a round. `limit` is where to stop and look. */
export const goals = [
  ...['bare', 'floor', 'nginx'].map((other) => ({
    measure: `CPU per request ÷ ${other}, c=64`,
    scenario: 'get64',
    goal: { bare: 0.58, floor: 1.2, nginx: 4.6 }[other],
    limit: { bare: 0.7, floor: 1.35, nginx: 6 }[other],
    by: ratio('get64: CPU µs', other),
  })),
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
    by: (all) =>
      all['second GiB: peak RSS MB']?.product.map((second, i) => second - all['first GiB: peak RSS MB'].product[i]),
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

function ratio(measure, other = 'bare') {
  return (all) => all[measure]?.product?.map((value, i) => value / all[measure][other][i])
}

/** What the proxy adds to a request that needs none, compared with what bare adds. */
function added(measure) {
  return (all) => {
    const { product, bare, direct } = all[measure] ?? {}
    return product?.map((value, i) => (value - direct[i]) / (bare[i] - direct[i]))
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Each goal with what was measured; without numbers where its scenario did not run. */
export function judge(all) {
  return goals.map(({ by, ...goal }) => {
    const values = by(all)
    if (values === undefined || values.length === 0) return goal
    const middle = median(values)
    return {
      ...goal,
      median: middle,
      least: Math.min(...values),
      most: Math.max(...values),
      rounds: values.length,
      // As it is printed: 0.5804 holds 0.58.
      verdict: rounded(middle) <= goal.goal ? '✓' : rounded(middle) <= goal.limit ? 'within limit' : '✗',
    }
  })
}

function rounded(value) {
  return Math.round(value * 100) / 100
}

export function goalTable(judged) {
  const rows = judged.map(({ measure, median: middle, least, most, rounds, goal, limit, verdict }) =>
    middle === undefined
      ? [measure, '–', '–', goal, limit, 'not measured']
      : [measure, middle.toFixed(2), `${least.toFixed(2)}–${most.toFixed(2)} (${rounds})`, goal, limit, verdict],
  )
  return table(['measure', 'median', 'range (rounds)', 'goal ≤', 'limit', ''], rows)
}

/** Medians of everything, for who wants to know what a ratio is made of. */
export function sampleTable(all) {
  const names = [...new Set(Object.values(all).flatMap((byName) => Object.keys(byName)))]
  const shown = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))
  const rows = Object.entries(all).map(([measure, byName]) => [
    measure,
    ...names.map((name) => (byName[name] === undefined ? '' : shown(median(byName[name])))),
  ])
  return table(['median of', ...names], rows)
}

/** Rows as a table in Markdown. */
export function table(head, rows) {
  const cells = [head, head.map(() => '---'), ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  return cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`).join('\n')
}
