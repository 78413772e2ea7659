import { isKey } from './key.ts'
import type { ShownKey } from './shown-keys.ts'

/** Far more than a token request of the client-credentials grant has. */
export const mostFormBytes = 64 * 1024

/**
 * The key in the body of a caller's own token request (design/promises 8.5, RFC 6749 §2.3.1): the client id is the caller's
 * name, the client secret its key.
 */
export function keysOfForm(body: string): readonly ShownKey[] {
  const form = new URLSearchParams(body)
  const names = form.getAll('client_id').filter((name) => name !== '')
  return form
    .getAll('client_secret')
    .filter(isKey)
    .flatMap((key): ShownKey[] =>
      names.length === 0 ? [{ key, name: undefined }] : names.map((name) => ({ key, name })),
    )
}
