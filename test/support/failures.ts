// Failures as tests make them, and what is said of them.
import { flawed } from '../../src/login/judge-login.ts'
import { failure } from '../../src/problems/causes.ts'
import type { ProblemCode } from '../../src/problems/codes.ts'
import { explain, inWords } from '../../src/problems/explain.ts'
import type { Failure, LoginFlaw } from '../../src/problems/failure.ts'
import { ProblemError, type ProblemOptions } from '../../src/problems/problem.ts'

/** What the log says of a problem. */
export function operatorDetail({ failure: what }: Pick<ProblemError, 'failure'>): string {
  return inWords(what, 'operator')
}

/** What is wrong with a login on disk, and how it is mended. */
export function flawWords(flaw: LoginFlaw): { kind: LoginFlaw['kind']; problem: string; mend: string } {
  const { happened, next } = explain(flawed(flaw), 'operator')
  return { kind: flaw.kind, problem: happened, mend: next }
}

/** What is told of an error that a state folder ended with. */
export function storeWords(error: unknown): { problem: string; mend: string } {
  if (!(error instanceof ProblemError)) throw error
  const { happened, next } = explain(error.failure, 'operator')
  return { problem: happened, mend: next }
}

/** Some failure with this code, where it does not matter which. */
export function someFailure(code: ProblemCode): Failure {
  return { ...failure('fault', {}), code }
}

export function someProblem(code: ProblemCode, options: ProblemOptions = {}): ProblemError {
  return new ProblemError(someFailure(code), options)
}
