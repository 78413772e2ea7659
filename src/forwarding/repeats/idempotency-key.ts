/** The key of a write, or none, or a header that is none. */
export type ReadKey = Readonly<{ key: string | undefined; flawed: boolean }>

const none: ReadKey = { key: undefined, flawed: false }
const flawed: ReadKey = { key: undefined, flawed: true }

/** A string of RFC 8941 §3.3.3, and parameters after it, which are ignored. Each part begins with another character: no retries. */
const form = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"[ \t]*(?:;[\x20-\x7e\t]*)?$/

/** Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07 §2.1). Empty, repeated or no string: flawed. */
export function readIdempotencyKey(rawHeaders: readonly string[]): ReadKey {
  let found: string | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length !== 15 || rawHeaders[i]?.toLowerCase() !== 'idempotency-key') continue
    if (found !== undefined) return flawed
    found = rawHeaders[i + 1]?.trim() ?? ''
  }
  if (found === undefined) return none
  const [, key] = form.exec(found) ?? []
  return key === undefined ? flawed : { key, flawed: false }
}
