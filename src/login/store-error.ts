import { ProblemError, problem } from '../problems/problem.ts'

/** What went wrong with a state folder, as a problem. Never a token in it. */
export function storeError(folder: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const own = isForbidden(error) ? process.geteuid?.() : undefined
  return problem('login_not_stored', { folder, errno: codeOf(error), own }, { cause: error })
}

/** Whether the operating system forbids it to this user. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error))
}

/** The error code of the operating system, as Node names it. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : 'unknown error'
}
