import { type Entry, type Pause, pausesOf, quantile, statedBy } from './shares-ledger.ts'

/** How the run was set up. */
export type Setup = {
  upstreamMs: number
  quotaPerSecond: number
  queueTimeoutMs: number
  /** From when on waits are measured. */
  begunAt: number
  /** From when on there was a quota. */
  quotaFrom: number
  endedAt: number
}

/** What came of it: a name, a figure, and whether that is as promised. */
export type Finding = readonly [name: string, figure: string | number, fine: boolean]

/** A caller's clock and the sidecar's differ by the way between them; on a busy machine that takes so long. */
const wayMs = 250

/** Design/promises 10.6, by the ledger of every request. */
export function findings(entries: Entry[], setup: Setup): Finding[] {
  const { upstreamMs, quotaPerSecond, queueTimeoutMs, begunAt, quotaFrom, endedAt } = setup
  const pauses = pausesOf(entries)
  const writes = entries.filter(({ method }) => method !== 'GET')
  const reads = entries.filter(({ method }) => method === 'GET')
  const calm = (caller: string) =>
    waits(entries, caller, ({ sentAt, answeredAt }) => sentAt >= begunAt && answeredAt < quotaFrom)
  const paused = (caller: string) => waits(entries, caller, ({ sentAt }) => sentAt >= quotaFrom)
  const ownMs = Math.max(upstreamMs, quantile(ownTimes(entries, setup), 0.5) || 0)
  const quiet = quantile(calm('quiet'), 0.99)
  const [first = Number.NaN, last = Number.NaN] = [pauses[0]?.from, pauses.at(-1)?.from]
  const inRounds = ({ status, arrivals }: Entry) => status === 200 && arrivals.some((at) => at >= first && at < last)
  const goodput = entries.filter(inRounds).length / ((last - first) / 1000) / quotaPerSecond
  const repeated = writes.filter(({ attempts, arrivals }) => attempts.length > 1 || arrivals.length > 1).length
  const heldLongest = Math.max(
    0,
    ...writes.flatMap(({ sentAt, attempts }) => attempts.map((sent) => sent.sentAt - sentAt)),
  )
  const through = writes.filter((write) => heldThrough(write, pauses)).length
  const during = entries.flatMap(({ attempts }) => attempts).filter(({ sentAt }) => inPause(sentAt, pauses)).length
  const thrice = reads.filter(({ attempts }) => attempts.length > 2).length
  const stated = statedBy(entries)
  const early = entries.filter((entry) => toldTooEarly(entry, stated)).length
  return [
    ['requests', entries.length, entries.length > 0],
    ['writes among them', writes.length, writes.length > 0],
    ['pauses that were stated', pauses.length, pauses.length > 0],
    [
      'of the time, in pauses',
      ratio(
        pauses.reduce((sum, { from, until }) => sum + Math.max(0, Math.min(until, endedAt) - from), 0) /
          (endedAt - first),
      ),
      true,
    ],
    ['requests sent during a stated pause', during, during === 0],
    ['on their way when it was stated', onTheirWay(entries, pauses), true],
    ['writes repeated', repeated, repeated === 0],
    ['writes held through a pause', through, through === 0],
    ['longest wait of a write for its place, ms', Math.round(heldLongest), heldLongest <= queueTimeoutMs + wayMs],
    ['reads sent once more after a pause', reads.filter(({ attempts }) => attempts.length === 2).length, true],
    ['reads sent more than twice', thrice, thrice === 0],
    ['told to come again before the pause is over', early, early === 0],
    ['goodput from the first pause to the last, of the quota', ratio(goodput), goodput >= 0.9],
    [`quiet caller's p99 without a quota, ms`, Math.round(quiet), quiet <= 3 * ownMs],
    ["the upstream's own time then, ms", Math.round(ownMs), true],
    ...['greedy', 'quiet', 'writer'].flatMap((caller): Finding[] => [
      [`${caller}: p50, p99 without a quota, ms`, both(calm(caller)), true],
      [`${caller}: p50, p99 with one, ms`, both(paused(caller)), true],
      [`${caller}: got`, outcomes(entries.filter((entry) => entry.caller === caller)), true],
    ]),
    ['answers that nothing of this explains', unexplained(entries), unexplained(entries) === 0],
  ]
}

function waits(entries: Entry[], caller: string, when: (entry: Entry) => boolean): number[] {
  return entries
    .filter((entry) => entry.caller === caller && entry.status === 200 && when(entry))
    .map(({ sentAt, answeredAt }) => answeredAt - sentAt)
}

/** How long the upstream took: on a busy machine longer than it was told to. */
function ownTimes(entries: Entry[], { begunAt, quotaFrom }: Setup): number[] {
  return entries.flatMap(({ attempts }) =>
    attempts.flatMap(({ sentAt, read }) =>
      read !== undefined && sentAt >= begunAt && read.at < quotaFrom ? [read.at - sentAt] : [],
    ),
  )
}

function inPause(at: number, pauses: Pause[]): boolean {
  return pauses.some(({ from, until }) => at > from && at < until)
}

/** A write that came while a pause lasted, or waited when one began, and was sent after its end, was held. */
function heldThrough({ sentAt, attempts }: Entry, pauses: Pause[]): boolean {
  return attempts.some((sent) => pauses.some(({ until }) => sentAt < until - wayMs && sent.sentAt >= until))
}

/** They came to the upstream after the first 429 of a pause had been read here, but had been sent before. */
function onTheirWay(entries: Entry[], pauses: Pause[]): number {
  return entries.filter(({ attempts, arrivals }) =>
    arrivals.some((at, i) => inPause(at, pauses) && !inPause(attempts[i]?.sentAt ?? at, pauses)),
  ).length
}

/** Of a pause that was known when the request came: what is stated later can prolong it after the answer. */
function toldTooEarly({ problem, sentAt, answeredAt, retryAfter = 0 }: Entry, stated: Pause[]): boolean {
  if (problem !== 'overloaded') return false
  return stated.some(({ from, until }) => from < sentAt && answeredAt + retryAfter * 1000 < until)
}

function unexplained(entries: Entry[]): number {
  return entries.filter(({ status, problem }) => status !== 200 && status !== 429 && problem !== 'overloaded').length
}

function outcomes(entries: Entry[]): string {
  const counts = new Map<string, number>()
  for (const { status, problem } of entries) {
    const key = problem === undefined ? String(status) : `${status} ${problem}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => `${count} × ${key}`).join(', ')
}

function both(values: number[]): string {
  return `${Math.round(quantile(values, 0.5))}, ${Math.round(quantile(values, 0.99))}`
}

function ratio(value: number): string {
  return value.toFixed(3)
}
