import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of the store of a shared token (design/promises 11.6). The browser loads this module. */
export function storeStates({ sharedToken }: Facts, now: number): SidecarState[] {
  if (sharedToken?.failing === undefined) return []
  const { failing, since } = sharedToken
  return [
    {
      name: 'store_unusable',
      condition: 'warning',
      ...stateWords().store(failing.happened, since && moment(since, now)),
      remedy: failing.remedy,
      since,
    },
  ]
}
