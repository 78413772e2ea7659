import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

const mostNames = 5

/** Mistakes in files that settings come from (design/promises 4.10). The browser loads this module. */
export function settingsStates({ credentials: { mistakes } }: Pick<Facts, 'credentials'>): SidecarState[] {
  if (mistakes === undefined) return []
  const names = [...new Set(mistakes.problems.map(({ name }) => name))]
  const shown = `${names.slice(0, mostNames).join(', ')}${names.length > mostNames ? ' and others' : ''}`
  return [
    {
      name: 'settings_problems',
      condition: 'warning',
      title: 'The files with the settings have problems, and their changes are not in use',
      sentence: `The credentials in use stay, and a restart would fail. The problems are in ${shown}.`,
      lines: mistakes.problems.map(({ name, problem }) => `${name}: ${problem}`),
      remedy: 'Correct the file: catapa-sidecar check tells what is wrong. It is read again within 2 seconds.',
      since: mistakes.since,
    },
  ]
}
