import { decodeFully } from '../../network/percent.ts'
import type { Operation } from '../../operations/operation.ts'
import type { Ambiguity } from '../../problems/failure.ts'
import { remembered } from '../../words/remembered.ts'
import { pathAmbiguity } from './path-ambiguity.ts'

/** The parts of a request that are judged. */
export type Asked = Readonly<{
  method: string
  path: string
  /** Without the `?`; undefined when there is none. */
  query: string | undefined
  /** Names and values in turn, as Node has them. */
  rawHeaders: readonly string[]
  /** From `findOperation`. */
  operation: Operation | undefined
  /** Found at the beginning of its upload (override-part.ts). */
  upload?: Ambiguity | undefined
}>

/**
 * Why CATAPA could read a request in another way than it is judged (design/promises 8.8): callers with restrictions have to
 * send requests with one reading only. Undefined for nearly all.
 */
export function ambiguityOf({ path, query, rawHeaders, operation, upload }: Asked): Ambiguity | undefined {
  return (
    pathAmbiguity(path, operation) ??
    headAmbiguity(rawHeaders, operation?.multipart === true) ??
    (query !== undefined && hasOverrideParameter(query) ? 'override_parameter' : undefined) ??
    upload
  )
}

function headAmbiguity(rawHeaders: readonly string[], multipart: boolean): Ambiguity | undefined {
  let contentType: string | undefined
  let encoded = false
  let body = false
  // Lengths first: this runs for every header.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 12 && /^content[^a-z0-9]type$/i.test(name)) {
      if (contentType !== undefined || name[7] !== '-') return 'content_types'
      contentType = rawHeaders[i + 1] ?? ''
    } else if (name.length === 16) encoded ||= /^content[^a-z0-9]encoding$/i.test(name)
    else if (name.length === 14) body ||= name.toLowerCase() === 'content-length' && Number(rawHeaders[i + 1]) !== 0
    else if (name.length === 17) body ||= name.toLowerCase() === 'transfer-encoding'
    if (isOverride(name)) return 'override_header'
  }
  // Some servers take a body without a type for a form.
  if (contentType === undefined || contentType === '') return body ? 'no_content_type' : undefined
  // A compressed upload cannot be looked at (override-part.ts).
  return contentAmbiguity(contentType, multipart) ?? (encoded && multipart ? 'compressed_upload' : undefined)
}

/** Character sets in which ASCII characters are the bytes that they look like. */
const readable = /^(?:utf-?8|us-ascii|ascii|iso-8859-1|windows-1252)$/i

/**
 * Why a server could find parameters in a body of this Content-Type (design/promises 8.8).
 *
 * @param multipart whether CATAPA documents an upload there
 */
function contentAmbiguity(contentType: string, multipart: boolean): Ambiguity | undefined {
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

/** Headers from which servers and frameworks take another method or path than those of the request line. */
const names = new Set(
  `
  -method -method-override method x-method http-method x-http-method
  method-override x-method-override http-method-override x-http-method-override x-methodoverride x-http-methodoverride
  http-verb x-http-verb verb-override x-verb-override http-verb-override x-http-verb-override
  x-request-method x-requested-method x-real-method x-original-method x-rewrite-method x-override-method
  x-original-url x-rewrite-url x-rewritten-url x-override-url x-request-url x-real-url x-http-url-override
  x-original-uri x-rewrite-uri x-rewritten-uri x-override-uri x-request-uri x-real-uri x-http-uri-override
  x-original-path x-rewrite-path x-override-path x-http-path-override x-envoy-original-path x-envoy-original-method
  original-url rewrite-url original-uri rewrite-uri original-method
  `
    .trim()
    .split(/\s+/),
)

/**
 * Whether a header asks for another method or path (design/promises 8.8, design/field 46). Servers that hand headers on as
 * variables replace all but letters and digits by one sign.
 */
const isOverride = remembered((lowerCase) => names.has(lowerCase.replace(/[^a-z0-9]/g, '-')))

/**
 * `_method` and its kin as a whole name: at the beginning or behind a separator, with the characters that frameworks put around
 * the name of a field (`_method[]`, `!_method`; PHP also reads `.method` and `[method` as `_method`).
 */
const override =
  /(?:^|[&;?])[!_.[]*(?:[_.[]method|x[-_]?http[-_]?method|(?:x[-_]?)?(?:http[-_]?)?method[-_]?override)(?:\[[^=&;]*)?(?:[=&;]|$)/i

/** Plain, or hidden behind an escape. */
const mayBe = /method|%/i

/**
 * Whether a parameter of the query asks for another method (design/promises 8.8, design/field 46), in any letter case and
 * encoding, with blanks or control characters that a server may drop.
 */
function hasOverrideParameter(query: string): boolean {
  if (!mayBe.test(query)) return false
  const decoded = decodeFully(query)
  if (decoded === undefined) return true // Nobody honest encodes so often.
  return override.test(decoded.replace(/[\x00-\x20+\x7f]/g, ''))
}
