import type { IncomingMessage } from 'node:http'
import { ambiguityOf } from '../../callers/judge/ambiguity.ts'
import { findOperation } from '../../operations/find-operation.ts'
import type { Effect, Operation } from '../../operations/operation.ts'
import type { Target } from './target.ts'

/** The effect of a call in CATAPA, as far as its head tells. */
export type Deed = Readonly<{
  /** Undefined where the catalogue has none. */
  known: Operation | undefined
  effect: Effect | 'unknown'
  /** It is more than reading, or may be: it has a line before, and one after (design/promises 9.4). */
  begins: boolean
}>

const reads = (effect: Effect) => effect === 'read' || effect === 'compute'

/** Of a call that passed the guards. One that CATAPA could read in another way than we do may have any effect. */
export function deedOf(
  { method = '', rawHeaders }: Pick<IncomingMessage, 'method' | 'rawHeaders'>,
  target: Target | undefined,
): Deed {
  const { path, query } = target ?? { path: '', query: undefined }
  const known = findOperation(method, path)
  const harmless = known === undefined ? method === 'GET' || method === 'HEAD' : reads(known.effect)
  if (!harmless) return { known, effect: known?.effect ?? 'unknown', begins: true }
  const ambiguous = ambiguityOf({ method, path, query, rawHeaders, operation: known }) !== undefined
  return { known, effect: ambiguous ? 'unknown' : (known?.effect ?? 'unknown'), begins: ambiguous }
}
