import { states } from '../page/states/states.ts'
import { readinessOf } from '../probes/readiness.ts'
import { facts, type StatusParts } from './known-facts.ts'

/** Everything that the page shows: what is known, whether traffic should come here, and the states that hold. */
export function status(parts: StatusParts) {
  const known = facts(parts)
  const held = states(known, Date.now())
  return {
    ...known,
    readiness: readinessOf(held),
    states: held.map(({ name, of, condition, title, since }) => ({ name, of, condition, title, since })),
  }
}

export type Status = ReturnType<typeof status>
