import type { RepeatMode } from '../../settings/sidecar-settings.ts'
import { type Deliveries, newDeliveries } from './deliveries.ts'
import type { NewHmac } from './fingerprint.ts'
import { type KnownWrites, noWrites } from './known-writes.ts'
import type { WriteOfCall } from './write-of-call.ts'

/** What became of a repeat; `watched`: nothing, it was only counted. */
export const repeatResults = ['answered', 'waited', 'refused', 'watched'] as const
export type RepeatResult = (typeof repeatResults)[number]
export type RepeatCounts = Record<RepeatResult, number>

/** The state of the guard of one sidecar. */
export type GuardState = {
  /** SIDECAR_REPEATS. */
  readonly mode: RepeatMode
  readonly newHmac: NewHmac
  /** Guarded writes, and those that are only watched. */
  readonly guarded: KnownWrites
  readonly watched: KnownWrites
  readonly deliveries: Deliveries
  /** Bytes of bodies that wait until they are whole. */
  gatheredBytes: number
  /** How many calls are carried to their end though their caller has gone, by caller. */
  readonly carried: Map<string, number>
  /** By the caller's name. */
  readonly counts: Map<string, RepeatCounts>
}

export function newGuardState(mode: RepeatMode, windowMs: number, newHmac: NewHmac): GuardState {
  return {
    mode,
    newHmac,
    guarded: noWrites(windowMs),
    watched: noWrites(windowMs),
    deliveries: newDeliveries(),
    gatheredBytes: 0,
    carried: new Map(),
    counts: new Map(),
  }
}

export function count({ counts }: GuardState, { caller }: Pick<WriteOfCall, 'caller'>, result: RepeatResult): void {
  const known = counts.get(caller) ?? { answered: 0, waited: 0, refused: 0, watched: 0 }
  known[result] += 1
  counts.set(caller, known)
}
