import { count, moment, plural } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import type { Notice } from './facts.ts'

/** Texts about writes that come again (design/promises 12.9). The browser loads this module, so it imports only units. */

type OpenWrite = NonNullable<Status['repeats']>['writes'][number]

export function repeatNotices({ repeats }: Pick<Status, 'repeats'>, now: number): Notice[] {
  const [first] = repeats?.writes.filter(({ outcome }) => outcome === 'unknown') ?? []
  if (repeats === undefined || first === undefined) return []
  const several = repeats.unknown > 1
  return [
    {
      title: several
        ? `The outcome of ${count(repeats.unknown)} writes is unknown`
        : 'The outcome of a write is unknown',
      sentence: `${several ? `The oldest is of ${moment(first.time, now)}` : `It is of ${moment(first.time, now)}, by ${first.caller}`}. CATAPA may have done ${several ? 'them' : 'it'}. If a program sends ${several ? 'one of them' : 'it'} again, it is refused until somebody has looked.`,
      lines: [],
      remedy:
        'Look in CATAPA whether it is there. If it is not, release it below or with catapa-sidecar repeats release, and let the program send it again.',
    },
  ]
}

export function openWritesSummary({ writes, unknown, done }: NonNullable<Status['repeats']>): string {
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
export function openWriteLines(repeats: Status['repeats'], now: number): string[] {
  return (repeats?.writes ?? []).map(
    (write) =>
      `${openWriteName(write)}, ${moment(write.time, now)}, ${openWriteSource(write)}: ${openWriteOutcome(write)}`,
  )
}
