import type { Operation } from '../../operations/operation.ts'
import type { Ambiguity } from '../../problems/failure.ts'
import { contentAmbiguity } from './content-ambiguity.ts'
import { isOverride } from './override-header.ts'
import { hasOverrideParameter } from './override-parameter.ts'
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
