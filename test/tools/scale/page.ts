import { table } from '../../support/docs-tables.ts'
import type { Case, Summary } from './day.ts'
import type { Tally } from './tally.ts'

/** A case, and what came of it. */
export type Outcome = Readonly<{ of: Case; tally: Tally; summary: Summary }>

const header = [
  'sidecars',
  'cache',
  'token requests',
  'peak at the start',
  'peak, steady',
  'peak, outage',
  'peak, new secret',
  'refused, steady',
  'refused, outage',
  'refused, new secret',
  'refused, all',
  'met a 401',
]

const percent = (part: number, of: number) => (part === 0 ? '0' : `${((100 * part) / of).toFixed(2)} %`)
const number = (value: number) => value.toLocaleString('en-US')

export function rowOf({ of: { sidecars, shared }, summary }: Pick<Outcome, 'of' | 'summary'>): string[] {
  const { tokenRequests, peak, refused, calls, met401 } = summary
  const all = Object.values(refused).reduce((one, other) => one + other, 0)
  return [
    number(sidecars),
    shared ? 'yes' : 'no',
    number(Object.values(tokenRequests).reduce((one, other) => one + other, 0)),
    number(peak['cold start']),
    number(peak.steady),
    number(peak.outage),
    number(peak['new secret']),
    number(refused['cold start'] + refused.steady),
    number(refused.outage),
    number(refused['new secret']),
    percent(all, calls),
    percent(met401, calls),
  ]
}

/** The tables of docs/scale.md, one for each kind of server. */
export function tablesOf(outcomes: readonly Outcome[]): Record<string, string> {
  const tables: Record<string, string> = {}
  for (const kind of new Set(outcomes.map(({ of }) => of.kind))) {
    tables[kind] = table(header, outcomes.filter(({ of }) => of.kind === kind).map(rowOf))
  }
  return tables
}

/** Where the plot of a kind of server lies. */
export const plotFile = (kind: string) => `docs/scale-${kind.replaceAll(' ', '-')}.svg`
