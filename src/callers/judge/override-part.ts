import { decodeFully } from '../../network/percent.ts'
import type { Ambiguity } from '../../problems/failure.ts'

/** How much of a body is looked at (design/promises 8.8). */
export const lookedAtBytes = 64 * 1024

/**
 * The name of a part: `name="_method"`, without or with other quotes, `name*=utf-8''_method`. Some servers also decode names in
 * pieces (`name*0=`) or encoded as in mail (`=?utf-8?…`), which no honest program writes. Every repetition is bounded, so that no
 * body takes long.
 */
const named =
  /name ?(?:\* ?\d|(?:\* ?)?= ?(?:[\w-]{1,40}'[\w-]{0,20}')?'{0,2} ?(?:=\?|[_.[]{0,4}[_.[]method(?![a-z0-9-])))/i

const worthALook = /method|%|\\|name\s*\*|=\?|\n[ \t]/i

/**
 * Why the first bytes of a multipart body could make another request of it (design/promises 8.8): a part `_method`, or text before
 * the first part, which could hide such a part.
 */
export function uploadAmbiguity(begin: Buffer, contentType: string): Ambiguity | undefined {
  const text = begin.subarray(0, lookedAtBytes).toString('latin1')
  if (text !== '' && !beginsWithPart(text, contentType)) return 'upload_preamble'
  return namesOverridePart(text) ? 'override_part' : undefined
}

/** Some old programs send an empty line first. With several boundaries, or an odd one, servers differ in which they take. */
function beginsWithPart(text: string, contentType: string): boolean {
  const [, rest = '', another] = contentType.split(/boundary/i)
  const [, , boundary] = /^=("?)([^\s";]{1,70})\1(?:[\s;]|$)/.exec(rest) ?? []
  if (boundary === undefined || another !== undefined) return false
  const begin = text.startsWith('\r\n') ? 2 : 0
  return text.startsWith(`--${boundary}`, begin) && /^(?:--)?\r?(?:\n|$)/.test(text.slice(begin + 2 + boundary.length))
}

/**
 * Whether a part is named `_method`, which some servers take for the method of the request (design/field 46). This reads names
 * more widely than any server does: also percent-encoded, with backslashes, and broken over lines.
 */
function namesOverridePart(text: string): boolean {
  if (!worthALook.test(text)) return false
  const decoded = decodeFully(text)
  if (decoded === undefined) return true
  return named.test(decoded.replace(/\\|\r?\n[ \t]+/g, '').replace(/[\x00-\x20"!]+/g, ' '))
}
