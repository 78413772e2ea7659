import { whoseDoing } from './causes.ts'
import type { Cause } from './codes.ts'
import type { Failure } from './failure.ts'
import { phrases } from './phrases/phrases.ts'

/** The reader: a program that called, or the person who runs the sidecar. Callers learn no path, address or person's name. */
export type Audience = 'caller' | 'operator'

/**
 * Puts a failure into words: the event, as a clause without a full stop; whose doing it most likely is; the next step, as a
 * sentence. Nothing else does, and no code reads them back.
 */
export function explain(failure: Failure, audience: Audience) {
  const { happened, next } = inClauses(failure, audience)
  return { happened, whose: whoseDoing(failure), next: goesOn(next) ? sentence(next) : next }
}

/** The event and the next step, as one text. */
export function inWords(failure: Failure, audience: Audience): string {
  const { happened, next } = inClauses(failure, audience)
  return goesOn(next) ? sentence(`${happened}; ${next}`) : `${sentence(happened)} ${next}`
}

/** A clause as the beginning of a sentence. */
export function capital(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}`
}

function sentence(clause: string): string {
  return `${capital(clause)}.`
}

function inClauses<C extends Cause>({ cause, facts, retrying }: Failure<C>, audience: Audience) {
  const [toCaller, nextOfCaller, nextOfOperator = nextOfCaller, toOperator = toCaller] = phrases()[cause]
  const [happened, next] = audience === 'operator' ? [toOperator, nextOfOperator] : [toCaller, nextOfCaller]
  const say = (text: typeof happened) => (typeof text === 'string' ? text : text(facts, retrying))
  return { happened: say(happened), next: say(next) }
}

/** A step that begins with a small letter continues the sentence; others are sentences, or end with a command. */
function goesOn(next: string): boolean {
  return next.charAt(0) !== next.charAt(0).toUpperCase()
}
