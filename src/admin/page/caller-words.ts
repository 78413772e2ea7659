import { count, moment, plural } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import type { Fact } from './facts.ts'

/** Texts about callers (design/promises 8.11). The browser loads this module, so it imports only units. */

type Callers = NonNullable<Facts['callers']>
type Row = Callers['table'][number]

/** The source of the table, and the number of calls that are not in it. */
export function callersSummary({ file, since, unknownRefusals }: Callers, now: number): string {
  const unknown =
    unknownRefusals === 0 ? '' : ` ${plural(unknownRefusals, 'call')} of unknown callers, or with a wrong key, refused.`
  return `From ${file}, in use since ${moment(since, now)}; counts since the start.${unknown}`
}

const wayWords = { listener: 'its own listener', certificate: 'its certificate', user: 'its Linux user' }

/** How a caller is recognised, and when each of its keys was last used. */
export function recognition({ name, ways, keys }: Row, now: number): string[] {
  if (name === 'other') return ['everyone else ([*])']
  return ways.flatMap((way) => {
    if (way !== 'key') return wayWords[way]
    return keys.map(({ digest, lastUsedAt }) =>
      lastUsedAt === undefined ? `key ${digest}, not used yet` : `key ${digest}, last used ${moment(lastUsedAt, now)}`,
    )
  })
}

export function mayDo({ profiles, allowLines, denyLines, report }: Row): string {
  const lines = [
    ...(allowLines > 0 ? [plural(allowLines, 'allow line')] : []),
    ...(denyLines > 0 ? [plural(denyLines, 'deny line')] : []),
  ].join(' and ')
  const profile = profiles.length > 0 ? profiles.join(' and ') : 'everything'
  const only = profiles.length === 0 && allowLines > 0
  const may = only ? `only by ${lines}` : `${profile}${lines === '' ? '' : `, with ${lines}`}`
  return `${may}${report ? ' (reported only)' : ''}`
}

export function lastSeen({ lastSeenAt, recognisedBy }: Row, now: number): string {
  if (lastSeenAt === undefined) return 'not yet'
  return `${moment(lastSeenAt, now)}${recognisedBy === undefined ? '' : `, by its ${recognisedBy}`}`
}

/** The table, for terminals. */
export function callerFacts({ table }: Callers, now: number): Fact[] {
  return table.map((row) => {
    const { name, calls, refusals, wouldBeRefusals } = row
    const reported = wouldBeRefusals === 0 ? '' : `, ${count(wouldBeRefusals)} would have been`
    const counts = `${plural(calls, 'call')}, ${count(refusals)} refused${reported}. Last seen: ${lastSeen(row, now)}`
    return { label: name, value: `${recognition(row, now).join('; ')}. May do: ${mayDo(row)}. ${counts}.` }
  })
}
