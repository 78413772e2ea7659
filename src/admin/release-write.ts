import { loggableId } from '../log/finished-request.ts'
import { AdminRefusal } from './admin-guard.ts'
import type { AdminSources } from './admin-sources.ts'

/**
 * Releases a write that somebody has looked for in CATAPA: the same write may be sent again (design/promises 12.7).
 *
 * @param named the number of its line in the trail, or its request id
 * @throws AdminRefusal 404 where there is none, 409 where the request id is of several
 */
export function releaseWrite({ repeats, audit }: Pick<AdminSources, 'repeats' | 'audit'>, named: string | null) {
  const guard = repeats?.()
  const found = guard?.open().filter(({ seq, requestId }) => String(seq) === named || requestId === named) ?? []
  const [write, another] = found
  if (guard === undefined || write === undefined) {
    throw new AdminRefusal(404, 'There is no such write of unknown outcome.')
  }
  if (another !== undefined) {
    const numbers = found.map(({ seq }) => seq).join(', ')
    throw new AdminRefusal(409, `Several writes have this request id. Name one by its number: ${numbers}.`)
  }
  const { seq, requestId, caller, method, operation } = write
  guard.release(write)
  audit?.trail.note({
    ...{ event: 'release', caller, method, operation, repeatOf: seq },
    requestId: loggableId(requestId),
  })
  return { seq, caller, method, operation }
}
