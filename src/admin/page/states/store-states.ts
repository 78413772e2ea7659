import { moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of the store of a shared token (design/promises 11.6). The browser loads this module. */
export function storeStates({ sharedToken }: Facts, now: number): SidecarState[] {
  if (sharedToken?.failing === undefined) return []
  const { failing, since } = sharedToken
  const from = since === undefined ? '' : `, since ${moment(since, now)}`
  return [
    {
      name: 'store_unusable',
      condition: 'warning',
      title: 'The token is not shared for now',
      sentence: `${failing.happened}${from}. Calls go on: each sidecar asks for a token of its own meanwhile. If a new token ends the old one, sidecars end each other's tokens, and a write may meet a 401.`,
      remedy: failing.remedy,
      since,
    },
  ]
}
