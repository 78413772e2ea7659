import { capital, explain, inWords } from '../../problems/explain.ts'
import type { Failure } from '../../problems/failure.ts'

/** A failure for whoever runs the sidecar: the facts, for programs, and the words that the page shows. */
export type ShownFailure = Pick<Failure, 'code' | 'cause' | 'facts'> & {
  /** All of it, as the log has it. */
  detail: string
  /** Without its full stop. */
  happened: string
  whose: ReturnType<typeof explain>['whose']
  /** What to do. */
  remedy: string
}

export function shownFailure(failure: Failure): ShownFailure {
  const { code, cause, facts } = failure
  const { happened, whose, next } = explain(failure, 'operator')
  return { code, cause, facts, detail: inWords(failure, 'operator'), happened: capital(happened), whose, remedy: next }
}
