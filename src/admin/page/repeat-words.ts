import { words } from '../../words/language.ts'
import { count, moment, plural } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'

/** Texts about writes that come again (design/promises 12.9). The browser loads this module, so it imports only units. */

type OpenWrite = NonNullable<Facts['repeats']>['writes'][number]

export const repeatWords = words('repeatWords', {
  summary: (writes: number, shown: number) =>
    `${plural(writes, 'write')}. The same write is refused if it is sent again, until it is released or its time is over (SIDECAR_REPEAT_WINDOW).${writes > shown ? ` The first ${count(shown)} are shown.` : ''}`,
  /** Number, caller and request id of it. */
  source: (seq: number | string, caller: string, requestId: string | undefined) =>
    `no. ${seq}, by ${caller}, request ${requestId}`,
  done: (status: number | undefined) => `done (${status ?? 'no status'}), and the answer is gone`,
  unknown: (status: number | undefined) => (status === undefined ? 'unknown' : `unknown: CATAPA said ${status}`),
})

export function openWritesSummary({ writes, unknown, done }: NonNullable<Facts['repeats']>): string {
  return repeatWords().summary(unknown + done, writes.length)
}

export function openWriteName({ method, operation }: OpenWrite): string {
  return `${method} ${operation}`
}

export function openWriteSource({ seq, caller, requestId }: OpenWrite): string {
  return repeatWords().source(seq ?? '–', caller, requestId)
}

export function openWriteOutcome({ outcome, status }: OpenWrite): string {
  return repeatWords()[outcome](status)
}

/** For the page as text. */
export function openWriteLines(repeats: Facts['repeats'], now: number): string[] {
  return (repeats?.writes ?? []).map(
    (write) =>
      `${openWriteName(write)}, ${moment(write.time, now)}, ${openWriteSource(write)}: ${openWriteOutcome(write)}`,
  )
}
