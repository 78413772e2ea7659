import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

const mostNames = 5

/** Mistakes in files that settings come from (design/promises 4.10). The browser loads this module. */
export function settingsStates({ credentials: { mistakes } }: Pick<Facts, 'credentials'>): SidecarState[] {
  if (mistakes === undefined) return []
  const names = [...new Set(mistakes.problems.map(({ name }) => name))]
  return [
    {
      name: 'settings_problems',
      condition: 'warning',
      ...stateWords().settings(names.slice(0, mostNames), names.length > mostNames),
      lines: mistakes.problems.map(({ name, problem }) => `${name}: ${problem}`),
      since: mistakes.since,
    },
  ]
}
