import { count, moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

/** States of the audit trail (design/promises 9.12). The browser loads this module. */

type OnFailure = NonNullable<Facts['audit']>['onFailure']

const refusals: Readonly<Record<OnFailure, string>> = {
  writes: 'Calls that may change something are refused meanwhile; reading goes on without a line.',
  all: 'Everything is refused meanwhile.',
  open: 'Everything goes on without a line.',
}

const verdicts: Readonly<Record<OnFailure, Pick<SidecarState, 'condition' | 'verdict'>>> = {
  writes: { condition: 'warning', verdict: 'Only reading works: the audit trail cannot be written' },
  all: { condition: 'bad', verdict: 'Everything is refused: the audit trail cannot be written' },
  open: { condition: 'warning', verdict: 'It works, but nothing is recorded' },
}

export function auditStates({ audit }: Pick<Facts, 'audit'>, now: number): SidecarState[] {
  if (audit === undefined) return []
  const { failing, replaced, onFailure } = audit
  const found: SidecarState[] = []
  if (failing !== undefined) {
    const { since, happened, remedy, refused, unrecorded } = failing
    found.push({
      name: 'audit_stopped',
      title: 'The audit trail cannot be written',
      ...verdicts[onFailure],
      sentence: `${happened}, since ${moment(since, now)}. ${refusals[onFailure]}`,
      lines: [`Refused so far: ${count(refused)}. Without a line so far: ${count(unrecorded)}.`],
      remedy,
      since,
    })
  }
  if (replaced !== undefined) {
    const { times, at, happened, remedy } = replaced
    const often = times > 1 ? `It has happened ${count(times)} times since the start. ` : ''
    found.push({
      name: 'audit_replaced',
      condition: 'warning',
      title: 'Another program has changed the audit trail',
      sentence: `${happened}. That was noticed at ${moment(at, now)}. ${often}This stays so until the sidecar is started again.`,
      remedy,
      since: at,
    })
  }
  return found
}
