import type { IncomingMessage } from 'node:http'
import { ambiguityOf } from '../../callers/judge/ambiguity.ts'
import type { Deed } from '../judging/effect-of-call.ts'
import type { Target } from '../judging/target.ts'

/** RFC 9110 §9.2.2: to do these twice is to do them once. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
/** CATAPA's PUTs that add up (design/promises 12.2). */
const addsUp = /\/(?:add|subtract)$/

/**
 * Whether a call is harmful if it is done twice: it writes and is not idempotent, as far as CATAPA's own reading of it is known; what
 * can be read in two ways counts as such.
 */
export function isGuarded(
  { method = '', rawHeaders }: Pick<IncomingMessage, 'method' | 'rawHeaders'>,
  { path, query }: Target,
  { known, begins }: Deed,
): boolean {
  if (!begins) return false
  if (!idempotent.has(method) || (method === 'PUT' && known !== undefined && addsUp.test(known.template))) return true
  return ambiguityOf({ method, path, query, rawHeaders, operation: known }) !== undefined
}
