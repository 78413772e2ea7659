import type { FinishedRequest } from '../../log/finished-request.ts'
import { type Blame, type ProblemCode, type ProblemError, problems } from '../../problems/problem.ts'
import { blameOf } from '../../problems/remedies.ts'

/** What the page shows: enough to see a pattern, little enough to read. */
const mostRecent = 50
const pointMs = 10_000
const mostPoints = 60

/** A request that has ended, when on the wall clock. */
export type RecentRequest = Omit<FinishedRequest, 'blame'> & { at: number }

/** What went wrong, one entry a code: a flood of one failure must not wash the others away. */
export type ShownError = Blame & {
  code: ProblemCode
  title: string
  /** The sentence that the last caller got. */
  detail: string | undefined
  count: number
  /** The last time, and the request that it happened to; a failed token request belongs to none. */
  at: number
  method: string | undefined
  path: string | undefined
}

/** What happened in the ten seconds from `at`. Stretches without a request are left out. */
export type TrafficPoint = { at: number; requests: number; failed: number; meanMs: number; maxMs: number }

type Failure = Pick<ShownError, 'code' | 'detail' | 'method' | 'path'> & Pick<FinishedRequest, 'blame'>

/** The recent past, for people. */
export function journal(now: () => number = Date.now) {
  const recent: { at: number; request: FinishedRequest }[] = []
  const errors = new Map<ProblemCode, ShownError>()
  const points: (Omit<TrafficPoint, 'meanMs'> & { totalMs: number })[] = []
  let upstream: { at: number; status: number } | undefined
  let failedAtUpstream: ShownError | undefined

  function point(at: number) {
    const beginsAt = at - (at % pointMs)
    const last = points.at(-1)
    if (last?.at === beginsAt) return last
    const next = { at: beginsAt, requests: 0, failed: 0, maxMs: 0, totalMs: 0 }
    points.push(next)
    if (points.length > mostPoints) points.shift()
    return next
  }

  function fail({ code, detail, blame, method, path }: Failure): ShownError {
    const { title } = problems[code]
    const count = (errors.get(code)?.count ?? 0) + 1
    const error = { code, title, detail, ...blameOf({ code, blame }), count, at: now(), method, path }
    errors.set(code, error)
    return error
  }

  return {
    finished(request: FinishedRequest): void {
      const at = now()
      const { problem, status, durationMs, method, path } = request
      recent.push({ at, request })
      if (recent.length > mostRecent) recent.shift()
      const current = point(at)
      current.requests += 1
      current.totalMs += durationMs
      if (durationMs > current.maxMs) current.maxMs = durationMs
      if (problem !== undefined || (status !== undefined && status >= 500)) current.failed += 1
      if (problem !== undefined) {
        const error = fail({ code: problem, detail: request.detail, blame: request.blame, method, path })
        if (problem.startsWith('upstream_')) failedAtUpstream = error
      }
      if (request.origin === 'catapa' && status !== undefined) upstream = { at, status }
    },

    /** A token request has failed. */
    tokenFailed({ code, operatorDetail: detail, blame }: ProblemError): void {
      fail({ code, detail, blame, method: undefined, path: undefined })
    },

    /** The latest first. */
    recent: (): RecentRequest[] => recent.map(({ at, request: { blame, ...shown } }) => ({ at, ...shown })).reverse(),
    errors: (): ShownError[] => [...errors.values()].sort((a, b) => b.at - a.at),
    /** The oldest first, ten minutes at most. */
    traffic: (): TrafficPoint[] =>
      points
        .filter(({ at }) => at > now() - mostPoints * pointMs)
        .map(({ totalMs, ...shown }) => ({ ...shown, meanMs: Math.round((totalMs / shown.requests) * 10) / 10 })),
    lastAnswer: () => upstream,
    lastFailure: () => failedAtUpstream,
  }
}

export type Journal = ReturnType<typeof journal>
