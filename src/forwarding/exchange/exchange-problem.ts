import { errorCode } from '../../files/errno.ts'
import { isOf } from '../../problems/failure.ts'
import { ProblemError, problem, type Reached } from '../../problems/problem.ts'
import { stageOf, transportFacts } from '../../problems/transport.ts'
import { CallerGoneError } from '../life/end-early.ts'
import { connectTimeout } from './time-limits.ts'

/** A problem with what is known about how far the request came. */
export function withReach({ failure, cause }: ProblemError, reached: Reached, unanswered: boolean): ProblemError {
  const lost = isOf(failure, 'lost') && failure.facts.why === 'lost'
  return new ProblemError(failure, { cause, reached, unanswered: lost && unanswered })
}

/** CATAPA has acted, or may have, and there is nothing to show for it. */
export function malformedAnswer(how: 'not_http' | 'not_passable', cause?: unknown): ProblemError {
  return problem('malformed_answer', { how }, { cause })
}

/** An error of undici, of a socket or of TLS; one that a body ended with stays what it is. */
export function asExchangeProblem(error: Error, connecting: boolean): Error {
  if (error instanceof ProblemError || error instanceof CallerGoneError) return error
  const because = { cause: error }
  if (errorCode(error) === 'UND_ERR_INVALID_ARG') return problem('header_not_forwardable', {}, because)
  const facts = transportFacts(error)
  const stage = stageOf(facts)
  if (stage === 'untrusted') return problem('untrusted', facts, because)
  if (!connecting) return problem('lost', facts, because)
  return stage === 'timeout' ? connectTimeout() : problem('unreachable', facts, because)
}
