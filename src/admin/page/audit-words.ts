import type { Status } from '../status/status.ts'
import type { Notice } from './caller-words.ts'
import type { Fact } from './facts.ts'
import { count, moment, plural } from './units.ts'

/** What is said of the audit trail (design/promises 9.12). The browser loads this very module, so it imports nothing but units. */

const refusals: Readonly<Record<NonNullable<Status['audit']>['onFailure'], string>> = {
  writes: 'What may change something is refused meanwhile; reading goes on without a line.',
  all: 'Everything is refused meanwhile.',
  open: 'Everything goes on without a line.',
}

/** So much of a hash as tells it from others; all of it is in /api/status and in the log. */
const shownDigits = 16

export function auditFacts({ audit }: Pick<Status, 'audit'>): Fact[] {
  if (audit === undefined) return []
  const { head, unrecorded } = audit
  const hash = `${head.hash.slice(0, shownDigits)}…`
  const missing = unrecorded === 0 ? '' : `; ${plural(unrecorded, 'call')} without a line since the start`
  return [{ label: 'Audit', value: `on, ${plural(head.seq, 'line')}, head ${hash}${missing}` }]
}

export function auditNotices({ audit }: Pick<Status, 'audit'>, now: number): Notice[] {
  if (audit?.failing === undefined) return []
  const { since, happened, remedy, refused, unrecorded } = audit.failing
  return [
    {
      title: 'The audit trail cannot be written',
      sentence: `${happened}, since ${moment(since, now)}. ${refusals[audit.onFailure]}`,
      lines: [`Refused so far: ${count(refused)}. Without a line so far: ${count(unrecorded)}.`],
      remedy,
    },
  ]
}
