import type { Facts } from '../status/known-facts.ts'
import { factWords } from './fact-words.ts'
import type { Fact } from './facts.ts'

/** Texts about the audit trail (design/promises 9.12). The browser loads this module, so it imports only the page's own. */

/** Digits shown of a hash; all of it is in /api/status and in the log. */
const shownDigits = 16

export function auditFacts({ audit }: Pick<Facts, 'audit'>): Fact[] {
  if (audit === undefined) return []
  const { head, unrecorded } = audit
  const hash = `${head.hash.slice(0, shownDigits)}…`
  return [{ label: factWords().audit, value: factWords().recorded(head.seq, hash, unrecorded) }]
}
