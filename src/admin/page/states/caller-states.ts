import { moment, plural } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of the callers file (design/promises 8.4 and 8.9). The browser loads this module. */
export function callerStates({ callers }: Pick<Facts, 'callers'>, now: number): SidecarState[] {
  if (callers === undefined) return []
  const { file, since, problems, lines, problemsSince, table } = callers
  const found: SidecarState[] = []
  if (problems.length > 0) {
    found.push({
      name: 'callers_file_problems',
      condition: 'warning',
      title: 'The callers file has problems, and its changes are not in use',
      sentence: `The sidecar goes on with what it read at ${moment(since, now)}. In ${file} there ${problems.length === 1 ? 'is' : 'are'} ${plural(problems.length, 'problem')}${inLines(lines)}.`,
      lines: problems,
      remedy:
        'Correct the file: catapa-sidecar check tells what is wrong in each line. It is read again within 5 seconds.',
      since: problemsSince,
    })
  }
  const reporting = table.filter(({ report }) => report)
  if (reporting.length > 0) {
    found.push({
      name: 'restrictions_reported',
      condition: 'wanted',
      title: `Restrictions are reported only: ${reporting.map(({ name }) => name).join(', ')}`,
      sentence: 'Calls that they would refuse go on all the same, and are counted below.',
      remedy:
        'Once every reported call should really be refused, take the line "report = true" out of the callers file.',
    })
  }
  return found
}

const mostLines = 10

function inLines(lines: readonly number[]): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, mostLines).join(', ')
  return `, in line${lines.length === 1 ? '' : 's'} ${shown}${lines.length > mostLines ? ' and others' : ''}`
}
