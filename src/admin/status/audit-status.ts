import { type Auditing, type AuditShown, shownAudit } from '../../audit/audit-in-use.ts'
import type { Replaced } from '../../audit/audit-line.ts'
import { failure } from '../../problems/causes.ts'
import { capital, explain } from '../../problems/explain.ts'

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
  const what = why === 'replaced' ? 'replaced, shortened or added to' : 'removed'
  const gone =
    lost === 0 ? '' : `; ${lost === 1 ? 'one line' : `${lost} lines`} of it ${lost === 1 ? 'is' : 'are'} lost`
  return {
    ...{ times, at: new Date(at).toISOString(), file, lost },
    happened: `Somebody has ${what} ${file}, the file of the audit trail that was being written${gone}`,
    remedy:
      'Find out who may write in that folder, and run catapa-sidecar audit verify, which says what is wrong. The trail goes on in a new file.',
  }
}
