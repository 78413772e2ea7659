import type { Head } from '../../audit/audit-line.ts'
import { type Auditing, shownAudit } from '../../audit/auditing.ts'
import { failure } from '../../problems/causes.ts'
import { capital, explain } from '../../problems/explain.ts'

/** How it stands with the audit trail (design/promises 9.8 and 9.12). Instants are ISO 8601. */
export type AuditStatus = {
  folder: string
  /** What is refused while the trail cannot be written. */
  onFailure: Auditing['onFailure']
  /** Of the last line that is on disk. */
  head: Head
  /** Since the start. */
  lines: number
  /** What has no line since the start: requests, or their ends, and events. */
  unrecorded: number
  failing:
    | {
        since: string
        /** An errno or a word, for programs; in words, without its full stop; and what to do. */
        why: string
        happened: string
        remedy: string
        refused: number
        unrecorded: number
      }
    | undefined
}

export function auditStatus(audit: Auditing): AuditStatus {
  const { folder, failing, ...shown } = shownAudit(audit)
  if (failing === undefined) return { folder, ...shown, failing }
  const { since, why, refused, unrecorded } = failing
  const { happened, next } = explain(failure('trail_unwritable', { folder, reason: why }, true), 'operator')
  const told = { since: new Date(since).toISOString(), why, happened: capital(happened), remedy: next }
  return { folder, ...shown, failing: { ...told, refused, unrecorded } }
}
