import { shellWord } from './shell-word.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  EROFS: 'the disk is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
  ENOENT: 'it is not there and cannot be made',
  EIO: 'the disk fails',
}

/** The login cannot be stored: `problem` is a clause that names the folder, without a full stop. Never a token. */
export class LoginStoreError extends Error {
  override readonly name = 'LoginStoreError'
  readonly problem: string
  /** What to do, a sentence. */
  readonly mend: string

  constructor({ problem, mend }: Readonly<{ problem: string; mend: string }>, cause?: unknown) {
    super(problem, { cause })
    this.problem = problem
    this.mend = mend
  }
}

/** What went wrong with a state folder, as such. */
export function storeError(folder: string, error: unknown): LoginStoreError {
  if (error instanceof LoginStoreError) return error
  const code = codeOf(error)
  const problem = `the login cannot be stored in ${folder}: ${reasons[code] ?? code}`
  return new LoginStoreError({ problem, mend: mendOf(folder, error) }, error)
}

function mendOf(folder: string, error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Make room on that disk.'
  const own = isForbidden(error) ? process.geteuid?.() : undefined
  if (own === undefined) {
    return `Give ${folder} to the user of the sidecar, to be written by that user alone, or set SIDECAR_STATE_DIR to another folder.`
  }
  return `Run this as the user that ${folder} belongs to, or give it to this one with all that is in it (chown -R ${own} ${shellWord(folder)}), or set SIDECAR_STATE_DIR to another folder.`
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
