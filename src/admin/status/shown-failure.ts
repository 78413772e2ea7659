import { loggableId } from '../../log/finished-request.ts'
import { capital, explain, inWords } from '../../problems/explain.ts'
import type { Failure } from '../../problems/failure.ts'

/** A failure for the administrator: the facts, for programs, the whole text, as in the log, and the words that the page shows. */
export function shownFailure(failure: Failure) {
  const { code, cause, facts } = failure
  const { happened, whose, next } = explain(failure, 'operator')
  // The id of another request is for its caller: it may have written a name there.
  const shown = 'requestId' in facts ? { ...facts, requestId: loggableId(facts.requestId) } : facts
  return {
    code,
    cause,
    facts: shown,
    detail: inWords(failure, 'operator'),
    happened: capital(happened),
    whose,
    remedy: next,
  }
}
