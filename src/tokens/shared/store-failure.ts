import { errorCode } from '../../files/errno.ts'
import { failure } from '../../problems/causes.ts'
import type { Failure, StoreRefusal } from '../../problems/failure.ts'
import { transportFacts } from '../../problems/transport.ts'

/** The first word of an error that Valkey and Redis answer with. */
const refusals: Readonly<Record<string, StoreRefusal>> = {
  WRONGPASS: 'login',
  NOAUTH: 'login',
  NOPERM: 'permission',
  OOM: 'full',
  MISCONF: 'disk',
  READONLY: 'read_only',
  MOVED: 'cluster',
  CLUSTERDOWN: 'cluster',
  CROSSSLOT: 'cluster',
  LOADING: 'busy',
  BUSY: 'busy',
  MASTERDOWN: 'busy',
}

/** An error of the store as a failure, without the store's own words. */
export function storeFailure(error: unknown): Failure {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return failure('store_refuses', { refusal }, true)
  const facts = transportFacts(error)
  // The library has no codes for a connection that ended.
  return failure('store_unreachable', facts.why === 'unknown' ? { why: 'lost' } : facts, true)
}

/** Undefined for an error that is not an answer of the store. */
function refusalOf(error: unknown): StoreRefusal | undefined {
  if (!(error instanceof Error) || errorCode(error) !== undefined) return undefined
  const word = /^(?:ERR Error running script .*: -)?([A-Z]+)\b/.exec(error.message)?.[1]
  if (word === undefined) return undefined
  if (/AUTH|password/i.test(error.message) && word === 'ERR') return 'login'
  if (word === 'ERR' && /DB index/i.test(error.message)) return 'database'
  return Object.hasOwn(refusals, word) ? refusals[word] : 'other'
}
