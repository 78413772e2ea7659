import { words } from '../../words/language.ts'
import { count, moment, plural } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import { named } from './call-words.ts'
import type { Fact } from './facts.ts'

/** Texts about callers (design/promises 8.11). The browser loads this module, so it imports only units. */

type Callers = NonNullable<Facts['callers']>
type Row = Callers['table'][number]

export const callerWords = words('callerWords', {
  summary: (file: string, since: string, unknown: number) =>
    `From ${file}, in use since ${since}; counts since the start.${unknown === 0 ? '' : ` ${plural(unknown, 'call')} of unknown callers, or with a wrong key, refused.`}`,
  ways: { listener: 'its own listener', certificate: 'its certificate', user: 'its Linux user' },
  key: (digest: string, lastUsed: string | undefined) =>
    lastUsed === undefined ? `key ${digest}, not used yet` : `key ${digest}, last used ${lastUsed}`,
  /** What a caller may do. `profiles`: none allow everything, unless it has allow lines. */
  may: (profiles: readonly string[], allowLines: number, denyLines: number, report: boolean) => {
    const lines = [
      ...(allowLines > 0 ? [plural(allowLines, 'allow line')] : []),
      ...(denyLines > 0 ? [plural(denyLines, 'deny line')] : []),
    ].join(' and ')
    const profile = profiles.length > 0 ? profiles.join(' and ') : 'everything'
    const only = profiles.length === 0 && allowLines > 0
    const may = only ? `only by ${lines}` : `${profile}${lines === '' ? '' : `, with ${lines}`}`
    return `${may}${report ? ' (reported only)' : ''}`
  },
  notYet: 'not yet',
  seenBy: (at: string, way: Row['recognisedBy']) => `${at}${way === undefined ? '' : `, by its ${way}`}`,
  row: (ways: string, may: string, { calls, refusals, wouldBeRefusals }: Row, lastSeen: string) => {
    const reported = wouldBeRefusals === 0 ? '' : `, ${count(wouldBeRefusals)} would have been`
    return `${ways}. May do: ${may}. ${plural(calls, 'call')}, ${count(refusals)} refused${reported}. Last seen: ${lastSeen}.`
  },
})

/** The source of the table, and the number of calls that are not in it. */
export function callersSummary({ file, since, unknownRefusals }: Callers, now: number): string {
  return callerWords().summary(file, moment(since, now), unknownRefusals)
}

/** How a caller is recognised, and when each of its keys was last used. */
export function recognition({ name, ways, keys }: Row, now: number): string[] {
  if (name === 'other') return [named(name)]
  return ways.flatMap((way) => {
    if (way !== 'key') return callerWords().ways[way]
    return keys.map(({ digest, lastUsedAt }) => callerWords().key(digest, lastUsedAt && moment(lastUsedAt, now)))
  })
}

export function mayDo({ profiles, allowLines, denyLines, report }: Row): string {
  return callerWords().may(profiles, allowLines, denyLines, report)
}

export function lastSeen({ lastSeenAt, recognisedBy }: Row, now: number): string {
  if (lastSeenAt === undefined) return callerWords().notYet
  return callerWords().seenBy(moment(lastSeenAt, now), recognisedBy)
}

/** The table, for terminals. */
export function callerFacts({ table }: Callers, now: number): Fact[] {
  return table.map((row) => {
    const value = callerWords().row(recognition(row, now).join('; '), mayDo(row), row, lastSeen(row, now))
    return { label: row.name, value }
  })
}
