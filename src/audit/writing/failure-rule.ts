import { type ProblemError, problem } from '../../problems/problem.ts'
import type { AuditEntry, Failing } from '../audit-line.ts'

/** `SIDECAR_AUDIT_ON_FAILURE`. */
export type OnFailure = 'writes' | 'all' | 'open'

/**
 * Whether a request is refused or goes on without a line while nothing can be written (design/promises 9.9). `needsBegin`: its
 * line has to be on disk before its first byte leaves.
 */
export function whileFailing(onFailure: OnFailure, needsBegin: boolean): 'refused' | 'unrecorded' {
  return onFailure === 'all' || (onFailure === 'writes' && needsBegin) ? 'refused' : 'unrecorded'
}

/** A failure that begins now. */
export function newFailing(why: string): Failing {
  return { since: Date.now(), why, refused: 0, unrecorded: 0 }
}

/** The failure with one more request refused, or entry without a line. */
export function counting(failing: Failing, what: 'refused' | 'unrecorded'): Failing {
  return { ...failing, [what]: failing[what] + 1 }
}

/** The failure with the counts of an earlier one, whose gap line could not be written. */
export function added(failing: Failing, { since, refused, unrecorded }: Failing): Failing {
  const { refused: more, unrecorded: others } = failing
  return { ...failing, since: Math.min(since, failing.since), refused: refused + more, unrecorded: unrecorded + others }
}

/** The gap line of a failure, written once the trail goes on. */
export function gapOf({ since, why, refused, unrecorded }: Failing): AuditEntry {
  return { event: 'gap', detail: { why, since: new Date(since).toISOString(), refused, unrecorded } }
}

/** The part of a failure counted after its gap line was composed; undefined where there is none. */
export function beyond(now: Failing, told: Failing): Failing | undefined {
  const [refused, unrecorded] = [now.refused - told.refused, now.unrecorded - told.unrecorded]
  return refused + unrecorded > 0 ? { ...now, refused, unrecorded } : undefined
}

/** The error for a refused request. */
export function unavailable(folder: string, why: string): ProblemError {
  return problem('trail_unwritable', { folder, reason: why }, { retrying: true })
}
