import { failure } from './causes.ts'
import type { Cause, ProblemCode } from './codes.ts'
import { inWords } from './explain.ts'
import type { FactsOf, Failure } from './failure.ts'

/** Whether CATAPA may have acted on the request: `maybe` as soon as a byte of it may have left. */
export type Reached = 'no' | 'maybe'

export type ProblemOptions = Readonly<{
  /** The error behind it, for the log of a fault. */
  cause?: unknown
  reached?: Reached
  /** When another request makes sense; the caller gets whole seconds from 1 to 10, for `overloaded` to 60. */
  retryAfterMs?: number | undefined
  /** The connection was lost before any byte of an answer. */
  unanswered?: boolean
  /** CATAPA had answered the request with a 401 before, without acting on it. */
  refusedBefore?: boolean
}>

/** A failure as an error to throw, with facts of this one request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly failure: Failure
  readonly reached: Reached
  readonly retryAfterMs: number | undefined
  readonly unanswered: boolean
  readonly refusedBefore: boolean

  constructor(
    failure: Failure,
    { cause, reached = 'no', retryAfterMs, unanswered = false, refusedBefore = false }: ProblemOptions = {},
  ) {
    super(`${failure.code}: ${inWords(failure, 'operator')}`, { cause })
    this.failure = failure
    this.reached = reached
    this.retryAfterMs = retryAfterMs
    this.unanswered = unanswered
    this.refusedBefore = refusedBefore
  }

  get code(): ProblemCode {
    return this.failure.code
  }

  /** The sentence for the caller. */
  get detail(): string {
    return inWords(this.failure, 'caller')
  }
}

/** A failure of this cause, to be thrown. `retrying`: the sidecar keeps trying by itself. */
export function problem<C extends Cause>(
  cause: C,
  facts: FactsOf[C],
  { retrying = false, ...options }: ProblemOptions & { retrying?: boolean } = {},
): ProblemError {
  return new ProblemError(failure(cause, facts, retrying), options)
}

/** Any error as a problem: all but a ProblemError are faults of ours. */
export function asProblem(error: unknown, reached: Reached = 'maybe'): ProblemError {
  return error instanceof ProblemError ? error : problem('fault', {}, { cause: error, reached })
}
