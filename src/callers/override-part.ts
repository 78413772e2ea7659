import { decodeFully } from '../network/percent.ts'

/** How much of a body is looked at (design/promises 8.8). */
export const lookedAtBytes = 64 * 1024

/**
 * The name of a part: `name="_method"`, without or with other quotes, `name*=utf-8''_method`. What is assembled from pieces
 * (`name*0=`) or encoded as in mail (`=?utf-8?…`) nobody honest writes, and some servers put together. Everything is bounded,
 * so that no body takes long.
 */
const named =
  /name ?(?:\* ?\d|(?:\* ?)?= ?(?:[\w-]{1,40}'[\w-]{0,20}')?'{0,2} ?(?:=\?|[_.[]{0,4}[_.[]method(?![a-z0-9-])))/i

const worthALook = /method|%|\\|name\s*\*|=\?|\n[ \t]/i

/**
 * Whether the first bytes of a multipart body name a part `_method`, which some servers take for the method of the request
 * (design/promises 8.8, design/field 46). Read more widely than any server does: also percent-encoded, with backslashes, and
 * broken over lines.
 */
export function namesOverridePart(begin: Buffer): boolean {
  const text = begin.subarray(0, lookedAtBytes).toString('latin1')
  if (!worthALook.test(text)) return false
  const decoded = decodeFully(text)
  if (decoded === undefined) return true
  return named.test(decoded.replace(/\\|\r?\n[ \t]+/g, '').replace(/[\x00-\x20"!]+/g, ' '))
}
