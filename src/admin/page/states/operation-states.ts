import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** Operations that CATAPA says will end (RFC 9745, RFC 8594), each a state of its own. The browser loads this module. */

type EndingOperation = Facts['drift']['ending'][number]

export function operationStates({ drift }: Pick<Facts, 'drift'>, now: number): SidecarState[] {
  return drift.ending.map((one) => ({
    name: 'operation_ending',
    of: one.operation,
    condition: 'warning',
    ...stateWords().operationEnds(one.operation, whenWords(one, now), one.count),
    since: one.since,
  }))
}

/** `GET /core/v1/employees, on 1 March 2027`. */
export function endingWords(one: EndingOperation, now: number): string {
  return `${one.operation}. ${whenWords(one, now)}`
}

function whenWords({ deprecated, sunset }: EndingOperation, now: number): string {
  const isAhead = (instant: string) => Date.parse(instant) > now
  const deprecation =
    typeof deprecated === 'string' ? { day: day(deprecated), ahead: isAhead(deprecated) } : deprecated && noDay
  return stateWords().endsOn(
    deprecation,
    sunset === undefined ? undefined : { day: day(sunset), ahead: isAhead(sunset) },
  )
}

const noDay = { day: undefined, ahead: false }

function day(instant: string): string {
  return instant.slice(0, 10)
}
