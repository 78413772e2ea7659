/** Whether the operating system forbids this user the operation. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error))
}

/** The code of an error as Node, undici or the operating system names it, such as `ENOENT`; a text in any case. */
export function codeOf(error: unknown): string {
  return errorCode(error) ?? 'unknown error'
}

/** The code of an error; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
