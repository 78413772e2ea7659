import { count, moment, plural } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import type { Fact, Notice } from './facts.ts'

/** Texts about the audit trail (design/promises 9.12). The browser loads this module, so it imports only units. */

const refusals: Readonly<Record<NonNullable<Status['audit']>['onFailure'], string>> = {
  writes: 'Calls that may change something are refused meanwhile; reading goes on without a line.',
  all: 'Everything is refused meanwhile.',
  open: 'Everything goes on without a line.',
}

/** Headlines while the trail cannot be written. */
const verdicts: Readonly<Record<NonNullable<Status['audit']>['onFailure'], Notice['headline']>> = {
  writes: { condition: 'warning', title: 'Only reading works: the audit trail cannot be written' },
  all: { condition: 'bad', title: 'Everything is refused: the audit trail cannot be written' },
  open: { condition: 'warning', title: 'It works, but nothing is recorded' },
}

/** Digits shown of a hash; all of it is in /api/status and in the log. */
const shownDigits = 16

export function auditFacts({ audit }: Pick<Status, 'audit'>): Fact[] {
  if (audit === undefined) return []
  const { head, unrecorded } = audit
  const hash = `${head.hash.slice(0, shownDigits)}…`
  const missing = unrecorded === 0 ? '' : `; ${plural(unrecorded, 'call')} without a line since the start`
  return [{ label: 'Audit', value: `on, ${plural(head.seq, 'line')}, head ${hash}${missing}` }]
}

export function auditNotices({ audit }: Pick<Status, 'audit'>, now: number): Notice[] {
  if (audit === undefined) return []
  const { failing, replaced, onFailure } = audit
  const found: Notice[] = []
  if (failing !== undefined) {
    const { since, happened, remedy, refused, unrecorded } = failing
    found.push({
      title: 'The audit trail cannot be written',
      sentence: `${happened}, since ${moment(since, now)}. ${refusals[onFailure]}`,
      lines: [`Refused so far: ${count(refused)}. Without a line so far: ${count(unrecorded)}.`],
      remedy,
      headline: verdicts[onFailure],
    })
  }
  if (replaced !== undefined) {
    const { times, at, happened, remedy } = replaced
    found.push({
      title: 'Another program has changed the audit trail',
      sentence: `${happened}. That was noticed at ${moment(at, now)}. ${times > 1 ? `It has happened ${count(times)} times since the start. ` : ''}This notice stays until the sidecar is started again.`,
      lines: [],
      remedy,
    })
  }
  return found
}
