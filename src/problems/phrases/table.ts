import type { Cause } from '../codes.ts'
import type { FactsOf } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'
import { tableWords } from './table-words.ts'

type Text<Facts> = string | ((facts: Facts, retrying: boolean) => string)

/**
 * The words for one cause: what happened, as a clause without a full stop, and the next step, which continues its sentence if it
 * begins with a small letter. The person who runs the sidecar may be told others; callers learn no path, address or name.
 */
export type Phrases<Facts> = readonly [
  happened: Text<Facts>,
  next: Text<Facts>,
  nextForOperator?: Text<Facts>,
  happenedForOperator?: Text<Facts>,
]

export type Table = { [C in Cause]: Phrases<FactsOf[C]> }

/** The next step where it may pass: of the sidecar, or else of the caller. */
export function patience(_: unknown, retrying: boolean): string {
  const { keepsTrying, tryAgain } = tableWords()
  return retrying ? keepsTrying : tryAgain
}

export function keeps(retrying: boolean): string {
  return retrying ? `; ${tableWords().keepsTrying}` : ''
}

export function putCa(): string {
  return tableWords().putCa
}

/** The next step where the machine itself has too little. */
export function machineAdvice(why: TransportFacts['why']): string | undefined {
  return why === 'file_handles' || why === 'local_ports' ? tableWords().machineAdvice[why] : undefined
}
