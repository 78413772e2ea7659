import type { Ambiguity } from '../../problems/failure.ts'

/** Character sets in which ASCII characters are the bytes that they look like. */
const readable = /^(?:utf-?8|us-ascii|ascii|iso-8859-1|windows-1252)$/i

/**
 * Why a server could find parameters in a body of this Content-Type (design/promises 8.8).
 *
 * @param multipart whether CATAPA documents an upload there
 */
export function contentAmbiguity(contentType: string, multipart: boolean): Ambiguity | undefined {
  if (/^application\/json(?:; ?charset=utf-8)?$/i.test(contentType)) return undefined
  if (/x-www-form-urlencoded/i.test(contentType)) return 'form'
  if (contentType.includes(',')) return 'content_types'
  if (!/multipart/i.test(contentType)) return undefined
  if (!multipart) return 'multipart'
  return charsets(contentType).every((charset) => readable.test(charset)) ? undefined : 'content_types'
}

function charsets(contentType: string): string[] {
  return [...contentType.matchAll(/charset([^;]*)/gi)].map(
    ([, rest = '']) => /^\s*=\s*"?([\w-]+)"?\s*$/.exec(rest)?.[1] ?? '',
  )
}
