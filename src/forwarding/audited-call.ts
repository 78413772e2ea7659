import type { AuditEntry } from '../audit/audit-line.ts'
import type { FinishedRequest } from '../log/finished-request.ts'

/**
 * How far a call has come in the audit trail (design/promises 9.3). `none`: no line of it is there yet. `beginning`: its begin
 * line is to be on disk, and perhaps it was over before that. `begun`: the begin line has its place. `unwritten`: a line that the call
 * needs could not be written; the trail has counted that, and hears no more of it.
 */
export type AuditedCall =
  | Readonly<{ at: 'none' }>
  | Readonly<{ at: 'beginning'; opening: AuditEntry; over: FinishedRequest | undefined }>
  | Readonly<{ at: 'begun'; opening: AuditEntry; seq: number }>
  | Readonly<{ at: 'unwritten'; opening: AuditEntry | undefined }>

export const notAudited: AuditedCall = { at: 'none' }
