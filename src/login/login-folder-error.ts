import { codeOf, isForbidden } from '../files/errno.ts'
import { ProblemError, problem } from '../problems/problem.ts'

/** An error with a state folder as a problem, without a token in it. */
export function loginFolderError(folder: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const own = isForbidden(error) ? process.geteuid?.() : undefined
  return problem('login_not_stored', { folder, errno: codeOf(error), own }, { cause: error })
}
