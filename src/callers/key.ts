import { hash, randomBytes } from 'node:crypto'

const beginning = 'csk_'

/** A new key of a caller: 256 random bits (design/promises 8.10). */
export function newKey(): string {
  return beginning + randomBytes(32).toString('base64url')
}

/** The digest of a key in the callers file: SHA-256, lower-case hex. `hash` takes half as long as `createHash`. */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex')
}

/** Whether a program means a text as a key; all other logins are left alone (design/promises 8.5). */
export function isKey(text: string): boolean {
  return text.startsWith(beginning)
}

/** Whether a text contains a key. Without one, as nearly always, the check costs next to nothing. */
export function hasKey(text: string): boolean {
  return text.includes(beginning) && /csk_[\w-]{43}/.test(text)
}
