import { createHmac, type KeyObject } from 'node:crypto'

/**
 * What a path is in the trail (design/promises 9.3): who has the key can ask for a path, and who has not cannot guess one. An
 * id has few digits, so a plain digest of it would be guessed in no time (design/field 52).
 *
 * @param text a path as it reached the sidecar, without the query, or what else is to be recognised only
 * @returns HMAC-SHA-256, lower-case hex
 */
export function keyedDigest(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}
