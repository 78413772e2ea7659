import { plural } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import type { Fact } from './facts.ts'

/** Texts about the audit trail (design/promises 9.12). The browser loads this module, so it imports only units. */

/** Digits shown of a hash; all of it is in /api/status and in the log. */
const shownDigits = 16

export function auditFacts({ audit }: Pick<Facts, 'audit'>): Fact[] {
  if (audit === undefined) return []
  const { head, unrecorded } = audit
  const hash = `${head.hash.slice(0, shownDigits)}…`
  const missing = unrecorded === 0 ? '' : `; ${plural(unrecorded, 'call')} without a line since the start`
  return [{ label: 'Audit', value: `on, ${plural(head.seq, 'line')}, head ${hash}${missing}` }]
}
