import type { AuditEntry } from '../audit/audit-line.ts'
import type { FinishedRequest } from '../log/finished-request.ts'
import type { Deed } from './judging/effect-of-call.ts'

/** What the audit trail has to know of a call (design/promises 9.3). */
export type Audited = {
  readonly deed: Deed
  /** Nothing stands against it, and the profile or line that says so where it is restricted. */
  allowed: boolean
  by: string | undefined
  /** Its begin line, and the place of that in the trail once it is on disk. */
  opening: AuditEntry | undefined
  begin: number | undefined
  /** What it needs could not be written; the trail has counted that, and hears no more of it. */
  unwritten: boolean
  /** It was over before its begin line was on disk. */
  over: FinishedRequest | undefined
}
