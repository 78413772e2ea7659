import { type Auditing, shownAudit } from '../../audit/audit-in-use.ts'
import type { ChainHead, Replaced } from '../../audit/audit-line.ts'
import { failure } from '../../problems/causes.ts'
import { capital, explain } from '../../problems/explain.ts'

/** The state of the audit trail (design/promises 9.8 and 9.12). Instants are ISO 8601. */
export type AuditStatus = {
  folder: string
  /** Which calls are refused while the trail cannot be written. */
  onFailure: Auditing['onFailure']
  /** The last line on disk. */
  head: ChainHead
  /** Since the start. */
  lines: number
  /** Requests, ends of requests and events without a line since the start. */
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
  /** Another program has changed the file in use since the start: how often, when last, and in words. */
  replaced:
    | {
        times: number
        at: string
        file: string
        /** Lines that are surely gone. */
        lost: number
        happened: string
        remedy: string
      }
    | undefined
}

export function auditStatus(audit: Auditing): AuditStatus {
  const { folder, failing, ...others } = shownAudit(audit)
  const shown = { ...others, replaced: others.replaced && replacedStatus(others.replaced) }
  if (failing === undefined) return { folder, ...shown, failing }
  const { since, why, refused, unrecorded } = failing
  const { happened, next } = explain(failure('trail_unwritable', { folder, reason: why }, true), 'operator')
  const told = { since: new Date(since).toISOString(), why, happened: capital(happened), remedy: next }
  return { folder, ...shown, failing: { ...told, refused, unrecorded } }
}

function replacedStatus({ times, at, file, why, lost }: Replaced): NonNullable<AuditStatus['replaced']> {
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
