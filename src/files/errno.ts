/** Whether the operating system forbids it to this user. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error))
}

/** The code of an error as Node, undici or the operating system names it: `ENOENT`. To be said, or compared with one. */
export function codeOf(error: unknown): string {
  return errorCode(error) ?? 'unknown error'
}

/** The same; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
