import type { FinishedRequest } from '../../log/finished-request.ts'
import { problems } from '../../problems/codes.ts'
import type { Failure } from '../../problems/failure.ts'
import { shownFailure } from './shown-failure.ts'

/** Requests that the page shows. */
const mostRecent = 50
const pointMs = 10_000
const mostPoints = 60
/** Most errors: with a callers file there may be one for each of any number of names. */
const mostErrors = 40

/** The requests in the ten seconds from `at`. */
type Point = { at: number; requests: number; failed: number; maxMs: number; totalMs: number; waitedMs: number }

/** The request of an error; a failed token request has none. */
type Call = Pick<FinishedRequest, 'method' | 'path' | 'caller' | 'address' | 'claimedCaller'>

/** An error as it is kept: it is put into words when somebody looks, in that one's language. */
type KeptError = Readonly<{ failure: Failure; call: ReturnType<typeof callOf> | undefined; count: number; at: number }>

/** The recent past, for people. */
export function journal(now: () => number = Date.now) {
  const recent: { at: number; request: FinishedRequest }[] = []
  const errors = new Map<string, KeptError>()
  const points: Point[] = []
  let upstream: { at: number; status: number } | undefined
  let failedAtUpstream: KeptError | undefined

  function point(at: number): Point {
    const beginsAt = at - (at % pointMs)
    const last = points.at(-1)
    if (last?.at === beginsAt) return last
    const next = { at: beginsAt, requests: 0, failed: 0, maxMs: 0, totalMs: 0, waitedMs: 0 }
    points.push(next)
    if (points.length > mostPoints) points.shift()
    return next
  }

  function fail(failure: Failure, call?: Call): KeptError {
    const caller = callerOf(call)
    // Programs that claim a name of the file have an entry for each name; all other claims share one.
    const kind = `${failure.code} ${call?.claimedCaller ?? caller ?? ''}`
    const error = { failure, call: call && callOf(call), count: (errors.get(kind)?.count ?? 0) + 1, at: now() }
    errors.delete(kind) // So that errors are in the order of their last time.
    errors.set(kind, error)
    for (const oldest of errors.keys()) {
      if (errors.size <= mostErrors) break
      errors.delete(oldest)
    }
    return error
  }

  return {
    finished(request: FinishedRequest): void {
      const at = now()
      const { problem, status, durationMs, waitedMs = 0, failure } = request
      recent.push({ at, request })
      if (recent.length > mostRecent) recent.shift()
      const current = point(at)
      current.requests += 1
      current.totalMs += durationMs
      current.waitedMs += waitedMs
      if (durationMs > current.maxMs) current.maxMs = durationMs
      if (problem !== undefined || (status !== undefined && status >= 500)) current.failed += 1
      if (failure !== undefined) {
        const error = fail(failure, request)
        if (failure.code.startsWith('upstream_')) failedAtUpstream = error
      }
      if (request.origin === 'catapa' && status !== undefined) upstream = { at, status }
    },

    /** A token request has failed. */
    tokenFailed(failure: Failure): void {
      fail(failure)
    },

    /** Latest first. */
    recent: () => recent.map(({ at, request: { failure, rule, ...shown } }) => ({ at, ...shown })).reverse(),
    errors: () => [...errors.values()].reverse().map(shownError),
    /** Oldest first, ten minutes at most; times without a request are left out. */
    traffic: () =>
      points
        .filter(({ at }) => at > now() - mostPoints * pointMs)
        .map(({ totalMs, waitedMs, ...shown }) => ({
          ...shown,
          meanMs: toTenths(totalMs / shown.requests),
          /** The part of `meanMs` that was spent waiting here, for a place, a limit or the end of a pause. */
          meanWaitedMs: toTenths(waitedMs / shown.requests),
        })),
    lastAnswer: () => upstream,
    lastFailure: () => failedAtUpstream && shownError(failedAtUpstream),
  }
}

/** An error, one entry for each code and caller, so that a flood of one does not push out the others. `at`: the last time. */
function shownError({ failure, call, count, at }: KeptError) {
  return { ...shownFailure(failure), title: problems[failure.code].title, count, at, ...call }
}

function callOf(call: Call) {
  return { method: call.method, path: call.path, caller: callerOf(call) }
}

/** Its name, if the callers file has one. */
function callerOf(call: Call | undefined): string | undefined {
  return call?.address === undefined ? undefined : call.caller
}

const toTenths = (ms: number) => Math.round(ms * 10) / 10

export type Journal = ReturnType<typeof journal>
