import { type Auditing, type AuditShown, shownAudit } from '../../audit/audit-in-use.ts'
import type { Replaced } from '../../audit/audit-line.ts'
import { failure } from '../../problems/causes.ts'
import { capital, explain } from '../../problems/explain.ts'
import { trailWords } from './trail-words.ts'

/** The state of the audit trail (design/promises 9.8 and 9.12). Instants are ISO 8601. */
export function auditStatus(audit: Auditing) {
  const { folder, failing, replaced, ...others } = shownAudit(audit)
  return {
    folder,
    ...others,
    /** Another program has changed the file in use since the start. */
    replaced: replaced && replacedStatus(replaced),
    failing: failing && failingStatus(folder, failing),
  }
}

export type AuditStatus = ReturnType<typeof auditStatus>

function failingStatus(folder: string, { since, why, refused, unrecorded }: NonNullable<AuditShown['failing']>) {
  const { happened, next } = explain(failure('trail_unwritable', { folder, reason: why }, true), 'operator')
  const told = { happened: capital(happened), remedy: next }
  /** `why`: an errno or a word, for programs. */
  return { since: new Date(since).toISOString(), why, ...told, refused, unrecorded }
}

function replacedStatus({ times, at, file, why, lost }: Replaced) {
  return {
    ...{ times, at: new Date(at).toISOString(), file, lost },
    happened: trailWords().replaced(file, why, lost),
    remedy: trailWords().remedy,
  }
}
