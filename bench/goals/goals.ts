// The goals of docs/performance.md, each a ratio or a difference within a round.
import type { Samples } from './samples.ts'

/** `by(samples)` gives one value a round, undefined where its scenario did not run. `limit` is where to stop and look. */
export type Goal = {
  measure: string
  scenario: string
  goal: number
  limit: number
  by: (samples: Samples) => number[] | undefined
}

export const goals: Goal[] = [
  { measure: 'CPU per request ÷ bare, c=64', scenario: 'get64', goal: 0.5, limit: 0.55, by: ratio('get64: CPU µs') },
  {
    measure: 'CPU per request ÷ floor, c=64',
    scenario: 'get64',
    goal: 1.15,
    limit: 1.25,
    by: ratio('get64: CPU µs', 'floor'),
  },
  {
    measure: 'CPU per request ÷ nginx, c=64',
    scenario: 'get64',
    goal: 4.6,
    limit: 6,
    by: ratio('get64: CPU µs', 'nginx'),
  },
  { measure: 'CPU ÷ bare, c=1', scenario: 'get1', goal: 0.52, limit: 0.58, by: ratio('get1: CPU µs') },
  { measure: 'p50 added ÷ bare, c=1', scenario: 'get1', goal: 0.62, limit: 0.7, by: added('get1: p50 ms') },
  { measure: 'POST 20 KB: CPU ÷ bare', scenario: 'post', goal: 0.55, limit: 0.62, by: ratio('post: CPU µs') },
  { measure: '100 KB answer: CPU ÷ bare', scenario: 'large', goal: 0.6, limit: 0.7, by: ratio('large: CPU µs') },
  { measure: 'p99 added ÷ bare, 150/s', scenario: 'rate', goal: 0.65, limit: 1, by: added('rate: p99 ms') },
  {
    measure: 'first 64 after 5 s idle: CPU ÷ bare',
    scenario: 'idle',
    goal: 0.3,
    limit: 0.5,
    by: ratio('idle: CPU µs'),
  },
  { measure: 'RSS idle ÷ bare', scenario: 'start', goal: 0.9, limit: 1, by: ratio('idle: RSS MB') },
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
  { measure: 'start to first 200 ÷ bare', scenario: 'start', goal: 0.9, limit: 1.05, by: ratio('start: ms') },
  {
    measure: 'healthcheck ÷ node -e 0',
    scenario: 'healthcheck',
    goal: 1.25,
    limit: 1.4,
    by: ratio('healthcheck: ms', 'node'),
  },
  {
    measure: 'CPU with callers, profiles and audit trail ÷ bare, c=64',
    scenario: 'everything',
    goal: 0.62,
    limit: 0.7,
    by: ratio('everything: CPU µs'),
  },
  {
    measure: 'CPU with 50 callers ÷ without, c=64',
    scenario: 'callers',
    goal: 1.02,
    limit: 1.05,
    by: ({ 'callers: CPU µs': all }) => byRound([all?.['50 callers'], all?.['no callers']], (on, off) => on / off),
  },
  {
    measure: 'CPU of a read with an audit trail ÷ without, c=64',
    scenario: 'audit',
    goal: 1.1,
    limit: 1.15,
    by: ({ 'audit: CPU µs': all }) => byRound([all?.['a trail'], all?.['no trail']], (on, off) => on / off),
  },
  {
    measure: 'writes/s without an audit trail ÷ with, c=64',
    scenario: 'audit',
    goal: 1.5,
    limit: 2,
    by: ({ 'audit: writes/s': all }) => byRound([all?.['no trail'], all?.['a trail']], (off, on) => off / on),
  },
  ...guardGoal('a write of 1 KiB', 'repeats: CPU µs, 1 KiB', 1.05),
  ...guardGoal('a write of 20 KiB', 'repeats: CPU µs, 20 KiB', 1.2),
  ...guardGoal('a read', 'repeats: CPU µs, read', 1.03),
  {
    measure: 'CPU of a read over TLS ÷ without, c=64',
    scenario: 'tls',
    goal: 1.1,
    limit: 1.15,
    by: ({ 'tls: CPU µs': all }) => byRound([all?.TLS, all?.['no TLS']], (on, off) => on / off),
  },
  {
    measure: 'CPU of a read on a plain listener beside TLS ÷ without, c=64',
    scenario: 'tls',
    goal: 1.02,
    limit: 1.05,
    by: ({ 'tls: CPU µs': all }) => byRound([all?.['beside TLS'], all?.['no TLS']], (on, off) => on / off),
  },
  tracesGoal('all', 1.1),
  tracesGoal('one in 100', 1.02),
]

/** With traces of so many calls, and without. */
function tracesGoal(calls: 'all' | 'one in 100', limit: number): Goal {
  const by: Goal['by'] = ({ 'traces: CPU µs': all }) =>
    byRound([all?.[calls], all?.['no traces']], (on, off) => on / off)
  return { measure: `CPU of a read, traces of ${calls} ÷ none, c=64`, scenario: 'traces', goal: limit, limit, by }
}

/** With a trail, with and without a guard against repeats. */
function guardGoal(what: string, measure: string, limit: number): Goal[] {
  const by: Goal['by'] = ({ [measure]: all }) => byRound([all?.guarded, all?.unguarded], (on, off) => on / off)
  return [{ measure: `CPU of ${what}, guarded ÷ not, c=64`, scenario: 'repeats', goal: limit, limit, by }]
}

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
