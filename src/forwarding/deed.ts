import { isOverride } from '../callers/override-header.ts'
import { hasOverrideParameter } from '../callers/override-parameter.ts'
import { findOperation } from '../operations/find-operation.ts'
import type { Effect, Operation } from '../operations/operation.ts'
import type { Call } from './call.ts'

/** What a call does in CATAPA, as far as its head tells. */
export type Deed = Readonly<{
  /** Undefined where the catalogue has none. */
  known: Operation | undefined
  effect: Effect | 'unknown'
  /** It is more than reading, or may be: it has a line before, and one after (design/promises 9.4). */
  begins: boolean
}>

const reads = (effect: Effect) => effect === 'read' || effect === 'compute'

/** Of a call that passed the guards. */
export function deedOf({ request, target }: Pick<Call, 'request' | 'target'>): Deed {
  const { method = '', rawHeaders, headers } = request
  const { path, query } = target ?? { path: '', query: undefined }
  const known = findOperation(method, path)
  const safe = method === 'GET' || method === 'HEAD'
  const harmless = known === undefined ? safe : reads(known.effect)
  if (!harmless) return { known, effect: known?.effect ?? 'unknown', begins: true }
  const other = asksForOther(rawHeaders, query) || (!safe && isForm(headers['content-type']))
  return { known, effect: other ? 'unknown' : (known?.effect ?? 'unknown'), begins: other }
}

/** Whether another method or path is asked for than that of the request line, which CATAPA might follow (design/field 46). */
function asksForOther(rawHeaders: readonly string[], query: string | undefined): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) if (isOverride(rawHeaders[i] ?? '')) return true
  return query !== undefined && hasOverrideParameter(query)
}

/** A field of a form can ask for another method as well; nobody reads bodies here. */
function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /form/i.test(contentType)
}
