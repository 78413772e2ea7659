import { count } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** Operations that CATAPA says will end (RFC 9745, RFC 8594), each a state of its own. The browser loads this module. */

type EndingOperation = Facts['drift']['ending'][number]

export function operationStates({ drift }: Pick<Facts, 'drift'>, now: number): SidecarState[] {
  return drift.ending.map((one) => ({
    name: 'operation_ending',
    of: one.operation,
    condition: 'warning',
    title: `CATAPA says that ${one.operation} ends`,
    sentence: `${whenWords(one, now)} ${count(one.count)} calls of it since the start got this answer.`,
    remedy:
      'Look in the API reference of CATAPA for what takes its place, and change the program that calls it in time.',
    since: one.since,
  }))
}

/** `GET /core/v1/employees, on 1 March 2027`. */
export function endingWords(one: EndingOperation, now: number): string {
  return `${one.operation}. ${whenWords(one, now)}`
}

function whenWords({ deprecated, sunset }: EndingOperation, now: number): string {
  const end =
    sunset === undefined
      ? ''
      : `It ${Date.parse(sunset) > now ? 'is to answer until' : 'was to answer until'} ${day(sunset)}.`
  if (deprecated === undefined) return end
  const since =
    typeof deprecated === 'string' ? ` ${Date.parse(deprecated) > now ? 'from' : 'since'} ${day(deprecated)}` : ''
  return `It is deprecated${since}. ${end}`.trim()
}

function day(instant: string): string {
  return instant.slice(0, 10)
}
