import { count, moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of writes that may come again (design/promises 12.9). The browser loads this module. */
export function repeatStates({ repeats }: Pick<Facts, 'repeats'>, now: number): SidecarState[] {
  const [first] = repeats?.writes.filter(({ outcome }) => outcome === 'unknown') ?? []
  if (repeats === undefined || first === undefined) return []
  const several = repeats.unknown > 1
  const at = moment(first.time, now)
  return [
    {
      name: 'writes_unknown',
      condition: 'warning',
      title: several
        ? `The outcome of ${count(repeats.unknown)} writes is unknown`
        : 'The outcome of a write is unknown',
      sentence: `${several ? `The oldest is of ${at}` : `It is of ${at}, by ${first.caller}`}. CATAPA may have done ${several ? 'them' : 'it'}. If a program sends ${several ? 'one of them' : 'it'} again, it is refused until somebody has looked.`,
      remedy:
        'Look in CATAPA whether it is there. If it is not, release it on the status page or with catapa-sidecar repeats release, and let the program send it again.',
      since: first.time,
    },
  ]
}
