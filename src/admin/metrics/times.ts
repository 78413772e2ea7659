import { Histogram } from 'prom-client'

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/** Values that are not in the histogram yet: observing them in rows is cheaper than one by one. */
type Row = { readonly histogram: { observe(value: number): void }; readonly seconds: number[] }

const longestRow = 100

function add(row: Row, ms: number): void {
  row.seconds.push(ms / 1000)
  if (row.seconds.length >= longestRow) countRow(row)
}

function countRow({ histogram, seconds }: Row): void {
  for (const value of seconds) histogram.observe(value)
  seconds.length = 0
}

/** How long requests took, and how long CATAPA took for them. */
export function observeTimes() {
  const durations = new Histogram({
    name: 'catapa_sidecar_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, by origin of the answer.',
    labelNames: ['origin', 'status'],
    buckets: secondsBuckets,
    registers: [],
    collect: () => rows.forEach(countRow),
  })
  const upstreamDurations = new Histogram({
    name: 'catapa_sidecar_upstream_duration_seconds',
    help: 'Time from sending a request to CATAPA to the head of its answer, or to the failure; without the wait for a token or a place.',
    buckets: secondsBuckets,
    registers: [],
    collect: () => countRow(upstreamRow),
  })
  const rows = new Map<string, Row>()
  const upstreamRow: Row = { histogram: upstreamDurations.labels(), seconds: [] }

  return {
    durations,
    upstreamDurations,
    took(origin: string, status: string, ms: number): void {
      const key = origin + status
      const row = rows.get(key) ?? { histogram: durations.labels(origin, status), seconds: [] }
      rows.set(key, row)
      add(row, ms)
    },
    tookUpstream: (ms: number) => add(upstreamRow, ms),
  }
}
