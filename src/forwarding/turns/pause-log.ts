import type { FastifyBaseLogger } from 'fastify'
import { loggableId } from '../../log/finished-request.ts'
import type { RequestRecord } from '../../log/request-record.ts'
import type { Judged } from '../judging/judged.ts'
import type { Pause } from './pause.ts'

export type PauseLog = Pick<FastifyBaseLogger, 'info' | 'warn'>

// A pause is told when it begins and when it ends, and not with every request that it meets.

/** @param call the one whose answer asked for the pause */
export function logBegin(
  log: PauseLog,
  { status, until, since }: Pause,
  { record, judged, id }: { record: Pick<RequestRecord, 'address'>; judged: Pick<Judged, 'caller'>; id: string },
): void {
  const asked = { status, seconds: inSeconds(until - since), caller: judged.caller?.name ?? record.address }
  log.warn({ ...asked, requestId: loggableId(id) }, 'CATAPA asks for a pause: nothing is sent to it until that is over')
}

/** `now` is on the monotonic clock. */
export function logEnd(log: PauseLog, { status, since, waited }: Pause, now: number): void {
  log.info({ status, seconds: inSeconds(now - since), waited }, 'the pause that CATAPA asked for is over')
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
