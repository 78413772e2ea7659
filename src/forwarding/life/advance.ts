import type { Call } from '../call.ts'
import { hasPlace, type Life } from './life.ts'

/** A call goes on to its next phase; a place that it needs no longer is given back here, and nowhere else. */
export function advance(call: Call, next: Life): void {
  const { life, context } = call
  call.life = next
  if (hasPlace(life) && !hasPlace(next)) context.places.release(call)
  if (next.past.resent.length > life.past.resent.length && next.past.resent.at(-1) === 'pause') context.places.repeats()
}
