import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of writes that may come again (design/promises 12.9). The browser loads this module. */
export function repeatStates({ repeats }: Pick<Facts, 'repeats'>, now: number): SidecarState[] {
  const [first] = repeats?.writes.filter(({ outcome }) => outcome === 'unknown') ?? []
  if (repeats === undefined || first === undefined) return []
  return [
    {
      name: 'writes_unknown',
      condition: 'warning',
      ...stateWords().writesUnknown(repeats.unknown, moment(first.time, now), first.caller),
      since: first.time,
    },
  ]
}
