import { type ProblemError, problem } from '../../problems/problem.ts'
import type { AuditEntry, Failing } from '../audit-line.ts'

/** `SIDECAR_AUDIT_ON_FAILURE`. */
export type OnFailure = 'writes' | 'all' | 'open'

/**
 * What becomes of a request while nothing can be written (design/promises 9.9). `needsBegin`: its line has to be on disk
 * before its first byte leaves.
 */
export function whileFailing(onFailure: OnFailure, needsBegin: boolean): 'refused' | 'unrecorded' {
  return onFailure === 'all' || (onFailure === 'writes' && needsBegin) ? 'refused' : 'unrecorded'
}

/** Nothing can be written from now on. */
export function newFailing(why: string): Failing {
  return { since: Date.now(), why, refused: 0, unrecorded: 0 }
}

/** One more that was refused, or went without a line. */
export function counting(failing: Failing, what: 'refused' | 'unrecorded'): Failing {
  return { ...failing, [what]: failing[what] + 1 }
}

/** With what an earlier one had come to, which could not be told either. */
export function added(failing: Failing, { since, refused, unrecorded }: Failing): Failing {
  const { refused: more, unrecorded: others } = failing
  return { ...failing, since: Math.min(since, failing.since), refused: refused + more, unrecorded: unrecorded + others }
}

/** What a failure came to, as the trail tells it once it goes on. */
export function gapOf({ since, why, refused, unrecorded }: Failing): AuditEntry {
  return { event: 'gap', detail: { why, since: new Date(since).toISOString(), refused, unrecorded } }
}

/** What was counted after the gap had been put into words; undefined where nothing was. */
export function beyond(now: Failing, told: Failing): Failing | undefined {
  const [refused, unrecorded] = [now.refused - told.refused, now.unrecorded - told.unrecorded]
  return refused + unrecorded > 0 ? { ...now, refused, unrecorded } : undefined
}

/** What who is refused is told. */
export function unavailable(folder: string, why: string): ProblemError {
  return problem('trail_unwritable', { folder, reason: why }, { retrying: true })
}
