import type { Facts } from '../../status/known-facts.ts'
import { auditStates } from './audit-states.ts'
import { callerStates } from './caller-states.ts'
import { certificateStates } from './certificate-states.ts'
import { operationStates } from './operation-states.ts'
import { repeatStates } from './repeat-states.ts'
import { secretStates } from './secret-states.ts'
import { settingsStates } from './settings-states.ts'
import { type SidecarState, stateNames } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'
import { storeStates } from './store-states.ts'
import { tokenStates } from './token-states.ts'
import { pauseStates, upstreamStates } from './upstream-states.ts'

// The browser loads this module, so it imports only the page's own.

/**
 * The states that hold, the one to look at first before the others: bad ones, then in the order of `stateNames`. The top of the
 * page, /readyz and notices all take their words from here.
 */
export function states(facts: Facts, now: number): SidecarState[] {
  const found = [
    ...(facts.stopping ? [draining(facts)] : []),
    ...secretStates(facts),
    ...tokenStates(facts, now),
    ...upstreamStates(facts, now),
    ...auditStates(facts, now),
    ...repeatStates(facts, now),
    ...pauseStates(facts, now),
    ...storeStates(facts, now),
    ...callerStates(facts, now),
    ...settingsStates(facts),
    ...certificateStates(facts, now),
    ...operationStates(facts, now),
  ]
  return found.toSorted((one, other) => rank(one) - rank(other))
}

const order = Object.keys(stateNames)

function rank({ name, condition }: SidecarState): number {
  if (name === 'draining') return -1
  return order.indexOf(name) + (condition === 'bad' ? 0 : order.length)
}

function draining({ counters }: Facts): SidecarState {
  return { name: 'draining', condition: 'warning', ...stateWords().draining(counters.inFlight), unready: true }
}
