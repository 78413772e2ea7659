import type { FinishedRequest } from '../../log/finished-request.ts'
import type { Resent } from '../../log/request-record.ts'
import { proxyErrorOf } from '../../problems/causes.ts'
import type { TokenEvent } from '../../tokens/cache/token-cache.ts'
import { observeTimes } from './times.ts'

/** RFC 9110 §9 and PATCH; anything else is OTHER, since a label must not be a caller's choice. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** CATAPA has some 220 paths. A caller could make up any number of others, which share one name. */
const mostRoutes = 300
/** Most combinations of labels that are counted apart, so that made-up ones cannot fill the memory. */
const mostSeries = 3000

/** Labels of one request. An empty text means "none", as in Prometheus. */
export type RequestLabels = { method: string; route: string; status: string; origin: string; code: string }

/** A count for each combination of labels that occurred. */
export type Counted<Labels> = { readonly labels: Labels; count: number }

/**
 * Counts since the start, for metrics and the status page. They are plain numbers, read at each scrape, since a labelled
 * counter of prom-client costs far more (design/libraries 110).
 */
export function observe() {
  const requests = new Map<string, Counted<RequestLabels>>()
  const tokenRequests = new Map<string, Counted<{ outcome: string; cause: string }>>()
  const routes = new Set<string>()
  const totals = { requests: 0, fromUpstream: 0, failed: 0, requestBytes: 0, responseBytes: 0 }
  const replays: Record<Resent, number> = { lost: 0, refused: 0, pause: 0 }
  const tokens = { answered: false, obtained: 0, rejections: { renewed: 0, kept: 0 } }
  const times = observeTimes()

  function routeOf(path: string | undefined): string {
    if (path === undefined) return ''
    if (routes.has(path)) return path
    if (routes.size >= mostRoutes) return 'other'
    routes.add(path)
    return path
  }

  function count({ method = '', path, status, origin, problem }: FinishedRequest): void {
    const code = problem ?? ''
    const known = knownMethods.has(method) ? method : 'OTHER'
    const key = `${known} ${path ?? ''} ${statusClass(status)} ${origin} ${code}`
    const counted = requests.get(key)
    if (counted !== undefined) {
      counted.count += 1
      return
    }
    const route = requests.size < mostSeries ? routeOf(path) : 'other'
    const labels = { method: known, route, status: statusClass(status), origin, code }
    increase(requests, Object.values(labels).join(' '), labels)
  }

  return {
    requests,
    tokenRequests,
    totals,
    replays,
    tokens,
    durations: times.durations,
    upstreamDurations: times.upstreamDurations,

    /** A request has ended. */
    finished(request: FinishedRequest): void {
      const { origin, status, durationMs, upstreamMs } = request
      count(request)
      totals.requests += 1
      totals.requestBytes += request.requestBytes
      totals.responseBytes += request.responseBytes
      if (origin === 'catapa') totals.fromUpstream += 1
      if (request.problem !== undefined) totals.failed += 1
      for (const reason of request.resent ?? []) replays[reason] += 1
      times.took(origin, statusClass(status), durationMs)
      if (upstreamMs !== undefined) times.tookUpstream(upstreamMs)
    },

    /** Something has happened to the token. */
    tokenEvent(event: TokenEvent): void {
      if (event.type === 'rejected') {
        tokens.rejections[event.renewing ? 'renewed' : 'kept'] += 1
        return
      }
      tokens.answered = true
      if (event.type === 'obtained') tokens.obtained += 1
      if (event.type !== 'failed' && event.shared === 'taken') return // Another sidecar asked for it.
      const labels = outcomeOf(event)
      increase(tokenRequests, `${labels.outcome} ${labels.cause}`, labels)
    },
  }
}

export type Observations = ReturnType<typeof observe>

function increase<Labels>(map: Map<string, Counted<Labels>>, key: string, labels: Labels): void {
  const counted = map.get(key)
  if (counted === undefined) map.set(key, { labels, count: 1 })
  else counted.count += 1
}

/** Causes are error types of RFC 9209 §2.3, never the endpoint's words. */
function outcomeOf(event: Exclude<TokenEvent, { type: 'rejected' }>): { outcome: string; cause: string } {
  if (event.type !== 'failed') return { outcome: event.type, cause: '' }
  const { code, failure } = event.problem
  const cause = proxyErrorOf(failure)
  if (code === 'login_required') return { outcome: code, cause }
  return { outcome: code === 'credentials_rejected' ? 'refused' : 'failed', cause }
}

/** `2xx`, or nothing when the caller left before there was a status. */
export function statusClass(status: number | undefined): string {
  return status === undefined ? '' : (classes[Math.floor(status / 100)] ?? '')
}

const classes = ['', '1xx', '2xx', '3xx', '4xx', '5xx', '6xx', '7xx', '8xx', '9xx']
