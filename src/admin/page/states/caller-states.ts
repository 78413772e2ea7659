import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

const mostLines = 10

/** States of the callers file (design/promises 8.4 and 8.9). The browser loads this module. */
export function callerStates({ callers }: Pick<Facts, 'callers'>, now: number): SidecarState[] {
  if (callers === undefined) return []
  const { file, since, problems, lines, problemsSince, table } = callers
  const found: SidecarState[] = []
  if (problems.length > 0) {
    const shown = lines.slice(0, mostLines)
    found.push({
      name: 'callers_file_problems',
      condition: 'warning',
      ...stateWords().callersFile(file, moment(since, now), problems.length, shown, lines.length > mostLines),
      lines: problems,
      since: problemsSince,
    })
  }
  const reporting = table.filter(({ report }) => report)
  if (reporting.length > 0) {
    const told = stateWords().reported(reporting.map(({ name }) => name))
    found.push({ name: 'restrictions_reported', condition: 'wanted', ...told })
  }
  return found
}
