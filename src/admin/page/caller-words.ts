import { count, moment, plural } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import type { Fact, Notice } from './facts.ts'

/** Texts about callers (design/promises 8.11). The browser loads this module, so it imports only units. */

type Callers = NonNullable<Status['callers']>
type Row = Callers['table'][number]

export function callersNotices({ callers }: Pick<Status, 'callers'>, now: number): Notice[] {
  if (callers === undefined) return []
  const { file, since, problems, table } = callers
  const found: Notice[] = []
  if (problems.length > 0) {
    found.push({
      title: 'The callers file has problems, and its changes are not in use',
      sentence: `The sidecar goes on with what it read at ${moment(since, now)}. In ${file}:`,
      lines: problems,
      remedy: 'Correct the file. It is read again within 5 seconds.',
    })
  }
  const reporting = table.filter(({ report }) => report)
  if (reporting.length > 0) {
    const names = reporting.map(({ name }) => name).join(', ')
    found.push({
      title: `Restrictions are reported only: ${names}`,
      sentence: 'Calls that they would refuse go on all the same, and are counted below.',
      lines: [],
      remedy:
        'Once every reported call should really be refused, take the line "report = true" out of the callers file.',
      wanted: true,
    })
  }
  return found
}

/** The source of the table, and the number of calls that are not in it. */
export function callersSummary({ file, since, unknownRefusals }: Callers, now: number): string {
  const unknown =
    unknownRefusals === 0 ? '' : ` ${plural(unknownRefusals, 'call')} of unknown callers, or with a wrong key, refused.`
  return `From ${file}, in use since ${moment(since, now)}; counts since the start.${unknown}`
}

/** How a caller is recognised, and when each of its keys was last used. */
export function recognition({ name, ways, keys }: Row, now: number): string[] {
  if (name === 'other') return ['everyone else ([*])']
  return ways.flatMap((way) => {
    if (way !== 'key') return way === 'listener' ? 'its own listener' : 'its Linux user'
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
