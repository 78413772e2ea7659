import { capital, explain, inWords } from '../../problems/explain.ts'
import type { Failure } from '../../problems/failure.ts'

/** A failure for the administrator: the facts, for programs, and the words that the page shows. */
export type ShownFailure = Pick<Failure, 'code' | 'cause' | 'facts'> & {
  /** The whole text, as in the log. */
  detail: string
  /** Without its full stop. */
  happened: string
  whose: ReturnType<typeof explain>['whose']
  remedy: string
}

export function shownFailure(failure: Failure): ShownFailure {
  const { code, cause, facts } = failure
  const { happened, whose, next } = explain(failure, 'operator')
  return { code, cause, facts, detail: inWords(failure, 'operator'), happened: capital(happened), whose, remedy: next }
}
