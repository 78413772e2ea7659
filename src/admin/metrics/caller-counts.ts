import { type CallersFile, type CallersInUse, everyoneElse, type How, shownName } from '../../callers/caller.ts'
import type { FinishedRequest } from '../../log/finished-request.ts'
import { isOf } from '../../problems/failure.ts'

/** What one caller did since the start; instants on the wall clock. */
export type CallerCount = {
  /** Not refused for who calls, whatever came of it. */
  allowed: number
  refused: number
  /** Would have been refused, if that were not only reported. */
  wouldBeRefused: number
  lastSeenAt: number | undefined
  /** How it was recognised the last time. */
  recognisedBy: How | undefined
  /** When a key was last used, by the first digits of its digest. */
  readonly keys: Map<string, number>
}

/** So many digits of a key's digest are shown: enough to tell keys apart, of no use to anybody. */
const shownDigits = 8

/**
 * What each caller did (design/promises 8.11): plain numbers, since every request passes here. There are never more names
 * than the callers file has, and `other`: that is who counts for a name that has been taken out of the file.
 */
export function callerCounts(callers: () => CallersInUse | undefined, now: () => number = Date.now) {
  const counts = new Map<string, CallerCount>([[everyoneElse, none()]])
  let followed: CallersFile | undefined
  let unknownRefusals = 0

  /** Keeps what is in the file, forgets what is not. */
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

  /** Of the file that is in use now. Before anybody knows which that is, every name is taken for one of it. */
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
    /** A request has ended. Without a callers file nobody has a name. */
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

    /** Of a name of the file, or `other`. */
    of: countOf,
    /** Calls of nobody that the file knows, wrong keys among them. */
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
