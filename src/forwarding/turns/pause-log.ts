import type { FastifyBaseLogger } from 'fastify'
import { loggableId } from '../../log/request-line.ts'
import type { RequestRecord } from '../../log/request-record.ts'
import type { Hold } from './pause.ts'

export type HoldLog = Pick<FastifyBaseLogger, 'info' | 'warn'>

// A pause is told when it begins and when it ends, and not with every request that it meets.

/** `call`: whose answer asked for it. */
export function tellBegin(
  log: HoldLog,
  { status, until, since }: Hold,
  { record, id }: { record: Pick<RequestRecord, 'caller' | 'address'>; id: string },
): void {
  const asked = { status, seconds: inSeconds(until - since), caller: record.caller ?? record.address }
  log.warn({ ...asked, requestId: loggableId(id) }, 'CATAPA asks for a pause: nothing is sent to it until that is over')
}

/** `now` is on the monotonic clock. */
export function tellEnd(log: HoldLog, { status, since, waited }: Hold, now: number): void {
  log.info({ status, seconds: inSeconds(now - since), waited }, 'the pause that CATAPA asked for is over')
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
