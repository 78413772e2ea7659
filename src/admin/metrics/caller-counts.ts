import { type CallersFile, type CallersInUse, everyoneElse, type How, shownName } from '../../callers/caller.ts'
import type { FinishedRequest } from '../../log/finished-request.ts'
import { isOf } from '../../problems/failure.ts'

/** Counts of one caller since the start; instants on the wall clock. */
export type CallerCount = {
  /** Not refused by the caller's restrictions; the call may have failed later. */
  allowed: number
  refused: number
  /** Only reported (`report = true`), and refused otherwise. */
  wouldBeRefused: number
  lastSeenAt: number | undefined
  /** How it was recognised the last time. */
  recognisedBy: How | undefined
  /** When a key was last used, by the first digits of its digest. */
  readonly keys: Map<string, number>
}

/** Digits shown of a key's digest: enough to tell keys apart, and of no other use. */
const shownDigits = 8

/**
 * Counts of each caller (design/promises 8.11): plain numbers, since every request passes here. The names are those of the
 * callers file and `other`, which also counts calls of a name that has been removed from the file.
 */
export function callerCounts(callers: () => CallersInUse | undefined, now: () => number = Date.now) {
  const counts = new Map<string, CallerCount>([[everyoneElse, none()]])
  let followed: CallersFile | undefined
  let unknownRefusals = 0

  /** Keeps the counts of names and keys in the file, and forgets all others. */
  function follow(file: CallersFile): void {
    const before = new Map(counts)
    counts.clear()
    for (const { name, keys } of file.sections) {
      const count = before.get(shownName(name)) ?? none()
      const known = new Set(keys.map(({ value }) => shownDigest(value)))
      for (const digest of count.keys.keys()) if (!known.has(digest)) count.keys.delete(digest)
      counts.set(shownName(name), count)
    }
    if (!counts.has(everyoneElse)) counts.set(everyoneElse, before.get(everyoneElse) ?? none())
    followed = file
  }

  /** The count of a name of the file in use. Before a file is known, every name counts as one of the file. */
  function countOf(name: string): CallerCount {
    const file = callers()?.file
    if (file !== undefined && file !== followed) follow(file)
    const known = counts.get(name) ?? (followed === undefined ? undefined : counts.get(everyoneElse))
    if (known !== undefined) return known
    const count = none()
    counts.set(name, count)
    return count
  }

  return {
    /** A request has ended. */
    finished({ caller, address, problem, failure, wouldHaveBeenRefused, how, key }: FinishedRequest): void {
      if (problem === 'caller_unknown') unknownRefusals += 1
      else if (address !== undefined) {
        const count = countOf(caller)
        const at = now()
        if (failure !== undefined && isOf(failure, 'not_allowed')) count.refused += 1
        else if (wouldHaveBeenRefused !== undefined) count.wouldBeRefused += 1
        else count.allowed += 1
        count.lastSeenAt = at
        count.recognisedBy = how
        if (key !== undefined) count.keys.set(key, at)
      }
    },

    /** The count of a name of the file, or of `other`. */
    of: countOf,
    /** Refused calls of unknown callers, with wrong keys too. */
    unknownRefusals: () => unknownRefusals,
  }
}

export type CallerCounts = ReturnType<typeof callerCounts>

export function shownDigest(digest: string): string {
  return digest.slice(0, shownDigits)
}

function none(): CallerCount {
  return {
    allowed: 0,
    refused: 0,
    wouldBeRefused: 0,
    lastSeenAt: undefined,
    recognisedBy: undefined,
    keys: new Map(),
  }
}
