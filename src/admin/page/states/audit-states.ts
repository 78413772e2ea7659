import { count, moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of the audit trail (design/promises 9.12). The browser loads this module. */

type OnFailure = NonNullable<Facts['audit']>['onFailure']

const conditions: Readonly<Record<OnFailure, SidecarState['condition']>> = {
  writes: 'warning',
  all: 'bad',
  open: 'warning',
}

export function auditStates({ audit }: Pick<Facts, 'audit'>, now: number): SidecarState[] {
  if (audit === undefined) return []
  const { failing, replaced, onFailure } = audit
  const found: SidecarState[] = []
  if (failing !== undefined) {
    const { since, happened, remedy, refused, unrecorded } = failing
    const { auditStopped, auditVerdicts, auditRefusals } = stateWords()
    const { title, sentence, counts } = auditStopped(happened, moment(since, now), count(refused), count(unrecorded))
    found.push({
      name: 'audit_stopped',
      condition: conditions[onFailure],
      title,
      verdict: auditVerdicts[onFailure],
      sentence: `${sentence} ${auditRefusals[onFailure]}`,
      lines: [counts],
      remedy,
      since,
    })
  }
  if (replaced !== undefined) {
    const { times, at, happened, remedy } = replaced
    const told = stateWords().auditReplaced(happened, moment(at, now), times)
    found.push({ name: 'audit_replaced', condition: 'warning', ...told, remedy, since: at })
  }
  return found
}
