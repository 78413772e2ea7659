import { count, moment, plural } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'

/** Texts about writes that come again (design/promises 12.9). The browser loads this module, so it imports only units. */

type OpenWrite = NonNullable<Facts['repeats']>['writes'][number]

export function openWritesSummary({ writes, unknown, done }: NonNullable<Facts['repeats']>): string {
  const all = unknown + done
  const more = all > writes.length ? ` The first ${count(writes.length)} are shown.` : ''
  return `${plural(all, 'write')}. The same write is refused if it is sent again, until it is released or its time is over (SIDECAR_REPEAT_WINDOW).${more}`
}

export function openWriteName({ method, operation }: OpenWrite): string {
  return `${method} ${operation}`
}

/** Number, caller and request id of it. */
export function openWriteSource({ seq, caller, requestId }: OpenWrite): string {
  return `no. ${seq ?? '–'}, by ${caller}, request ${requestId}`
}

export function openWriteOutcome({ outcome, status }: OpenWrite): string {
  if (outcome === 'done') return `done (${status ?? 'no status'}), and the answer is gone`
  return status === undefined ? 'unknown' : `unknown: CATAPA said ${status}`
}

/** For the page as text. */
export function openWriteLines(repeats: Facts['repeats'], now: number): string[] {
  return (repeats?.writes ?? []).map(
    (write) =>
      `${openWriteName(write)}, ${moment(write.time, now)}, ${openWriteSource(write)}: ${openWriteOutcome(write)}`,
  )
}
