import type { Operation } from '../operations/operation.ts'
import type { Ambiguity } from '../problems/failure.ts'
import { contentAmbiguity } from './content-ambiguity.ts'
import { isOverride } from './override-header.ts'
import { hasOverrideParameter } from './override-parameter.ts'
import { pathAmbiguity } from './path-ambiguity.ts'

/** A request, as far as it is judged. */
export type Asked = Readonly<{
  method: string
  path: string
  /** Without the `?`; undefined when there is none. */
  query: string | undefined
  /** Names and values in turn, as Node has them. */
  rawHeaders: readonly string[]
  /** What `findOperation` says of method and path. */
  operation: Operation | undefined
  /** What has come of its body has a part `_method` (override-part.ts). */
  overridePart?: boolean
}>

/**
 * What of a request CATAPA could read in another way than it is judged (design/promises 8.8): callers with restrictions
 * send what can be read in one way only. Undefined for nearly all: then it costs less than 1 µs.
 */
export function ambiguityOf({ path, query, rawHeaders, operation, overridePart }: Asked): Ambiguity | undefined {
  return (
    pathAmbiguity(path, operation) ??
    headAmbiguity(rawHeaders, operation?.multipart === true) ??
    (query !== undefined && hasOverrideParameter(query) ? 'override_parameter' : undefined) ??
    (overridePart === true ? 'override_part' : undefined)
  )
}

function headAmbiguity(rawHeaders: readonly string[], multipart: boolean): Ambiguity | undefined {
  let contentType: string | undefined
  let encoded = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 12 && /^content[-_]type$/i.test(name)) {
      if (contentType !== undefined || name.includes('_')) return 'content_types'
      contentType = rawHeaders[i + 1] ?? ''
    } else if (name.length === 16) encoded ||= /^content[-_]encoding$/i.test(name)
    if (isOverride(name)) return 'override_header'
  }
  const found = contentType === undefined ? undefined : contentAmbiguity(contentType, multipart)
  // Where an upload may be it has to be looked at (override-part.ts).
  return found ?? (encoded && multipart ? 'compressed_upload' : undefined)
}
