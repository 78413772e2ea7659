import type { FinishedRequest } from '../../log/finished-request.ts'
import { problems } from '../../problems/codes.ts'
import type { Failure } from '../../problems/failure.ts'
import { type ShownFailure, shownFailure } from './shown-failure.ts'

/** Requests that the page shows. */
const mostRecent = 50
const pointMs = 10_000
const mostPoints = 60
/** Most errors: with a callers file there may be one for each of any number of names. */
const mostErrors = 40

/** A request that has ended; `at` is on the wall clock. */
export type RecentRequest = Omit<FinishedRequest, 'failure' | 'rule'> & { at: number }

/** An error, one entry for each code and caller, so that a flood of one does not push out the others. */
export type ShownError = ShownFailure & {
  title: string
  count: number
  /** The last time, and its request; a failed token request has none. */
  at: number
  method: string | undefined
  path: string | undefined
  /** Its name, if the callers file has one. */
  caller: string | undefined
}

/**
 * The requests in the ten seconds from `at`; times without a request are left out. `meanWaitedMs`: the part of `meanMs` that
 * was spent waiting here, for a place, a limit or the end of a pause.
 */
export type TrafficPoint = {
  at: number
  requests: number
  failed: number
  meanMs: number
  meanWaitedMs: number
  maxMs: number
}

/** The recent past, for people. */
export function journal(now: () => number = Date.now) {
  const recent: { at: number; request: FinishedRequest }[] = []
  const errors = new Map<string, ShownError>()
  const points: (Omit<TrafficPoint, 'meanMs' | 'meanWaitedMs'> & { totalMs: number; waitedMs: number })[] = []
  let upstream: { at: number; status: number } | undefined
  let failedAtUpstream: ShownError | undefined

  function point(at: number) {
    const beginsAt = at - (at % pointMs)
    const last = points.at(-1)
    if (last?.at === beginsAt) return last
    const next = { at: beginsAt, requests: 0, failed: 0, maxMs: 0, totalMs: 0, waitedMs: 0 }
    points.push(next)
    if (points.length > mostPoints) points.shift()
    return next
  }

  function fail(
    failure: Failure,
    call?: Pick<FinishedRequest, 'method' | 'path' | 'caller' | 'address' | 'claimedCaller'>,
  ): ShownError {
    const { code } = failure
    const caller = call?.address === undefined ? undefined : call.caller
    // Programs that claim a name of the file have an entry for each name; all other claims share one.
    const kind = `${code} ${call?.claimedCaller ?? caller ?? ''}`
    const error = {
      ...shownFailure(failure),
      title: problems[code].title,
      count: (errors.get(kind)?.count ?? 0) + 1,
      at: now(),
      method: call?.method,
      path: call?.path,
      caller,
    }
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
    recent: (): RecentRequest[] =>
      recent.map(({ at, request: { failure, rule, ...shown } }) => ({ at, ...shown })).reverse(),
    errors: (): ShownError[] => [...errors.values()].reverse(),
    /** Oldest first, ten minutes at most. */
    traffic: (): TrafficPoint[] =>
      points
        .filter(({ at }) => at > now() - mostPoints * pointMs)
        .map(({ totalMs, waitedMs, ...shown }) => ({
          ...shown,
          meanMs: toTenths(totalMs / shown.requests),
          meanWaitedMs: toTenths(waitedMs / shown.requests),
        })),
    lastAnswer: () => upstream,
    lastFailure: () => failedAtUpstream,
  }
}

const toTenths = (ms: number) => Math.round(ms * 10) / 10

export type Journal = ReturnType<typeof journal>
