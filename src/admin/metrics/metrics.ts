import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Auditing } from '../../audit/audit-in-use.ts'
import type { SharesShown } from '../../forwarding/turns/shown-shares.ts'
import type { LoginState } from '../../login/follow-login.ts'
import type { Config } from '../../settings/config.ts'
import type { TokenState } from '../../tokens/cache/token-cache.ts'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'
import { auditMetrics } from './audit-metrics.ts'
import { type CallerSources, callerMetrics } from './caller-metrics.ts'
import { counted, plain } from './lazy-metric.ts'
import type { Observations } from './request-counts.ts'
import { sharesMetrics } from './shares-metrics.ts'
import { sharingMetrics } from './store-metrics.ts'

/** Sources of the metrics, read at each scrape. */
export type MetricSources = CallerSources & {
  version: string
  observed: Observations
  token: () => TokenState
  grant: Config['grant']
  /** The person's login; undefined if calls are made as the client itself. */
  login: (() => LoginState) | undefined
  shares: () => SharesShown
  /** Undefined if no token is shared. */
  sharing?: (() => SharingState) | undefined
  /** Undefined without an audit trail. */
  audit?: Auditing | undefined
  ready: () => boolean
  /** Accepted requests whose answer has not left. */
  inFlight: () => number
  /** Requests in flight that wait for a token or for a place. */
  waiting: () => number
  /** Connections to each endpoint. */
  connections: () => { target: string; connected: number; free: number }[]
  /** The clock of CATAPA minus ours; undefined while unknown. */
  clockSkewMs: () => number | undefined
}

/** Reasons for a missing token; all are shown, 0 or 1, so that an alert has something to compare. */
const tokenProblems = ['credentials_rejected', 'login_required', 'token_unavailable'] as const

/** prom-client's own names for gauges that end in `_total`, which Prometheus keeps for counters. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_resources_total', 'nodejs_active_requests_total']

/**
 * Metrics of a histogram that samples the event loop every 10 ms, which costs an idle process too much processor time
 * (docs/design/footprint.md). `nodejs_eventloop_lag_seconds`, the lag at the scrape, stays.
 */
const sampledLag = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(
  (name) => `nodejs_eventloop_lag_${name}_seconds`,
)
/** The longest time of a timer, 25 days, in ms. */
const neverSampled = 2 ** 31 - 1

/** The metrics of one sidecar, in a registry of its own. docs/metrics.md is written from it: `npm run docs`. */
export function metrics(sources: MetricSources): Registry {
  const registry = new Registry()
  requestMetrics(registry, sources)
  callerMetrics(registry, sources)
  sharesMetrics(registry, sources)
  auditMetrics(registry, sources.audit)
  tokenMetrics(registry, sources)
  sharingMetrics(registry, sources.sharing)
  loginMetrics(registry, sources)
  upstreamMetrics(registry, sources)
  plain(registry, 'gauge', 'ready', '1 while /readyz answers 200, else 0.', () => Number(sources.ready()))
  const build = new Gauge({
    name: 'catapa_sidecar_build_info',
    help: 'Always 1; the labels have the versions.',
    labelNames: ['version', 'node_version'],
    registers: [registry],
  })
  build.set({ version: sources.version, node_version: process.version }, 1)
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverSampled })
  for (const name of [...misnamed, ...sampledLag]) registry.removeSingleMetric(name)
  return registry
}

function requestMetrics(registry: Registry, { observed, inFlight, waiting }: MetricSources): void {
  const { totals } = observed
  counted(
    registry,
    'requests_total',
    'Requests on the data listener that have ended, by method, path without ids, class of the status, origin of the answer, and code of the problem.',
    ['method', 'route', 'status', 'origin', 'code'],
    () => observed.requests.values(),
  )
  registry.registerMetric(observed.durations)
  registry.registerMetric(observed.upstreamDurations)
  plain(registry, 'gauge', 'requests_in_flight', 'Requests whose answer has not left yet.', inFlight)
  plain(registry, 'gauge', 'requests_waiting', 'Requests that wait for a token or for a place.', waiting)
  plain(registry, 'counter', 'request_bytes_total', 'Bytes of request bodies.', () => totals.requestBytes)
  plain(registry, 'counter', 'response_bytes_total', 'Bytes of response bodies.', () => totals.responseBytes)
  counted(
    registry,
    'replays_total',
    'Requests that were resent to CATAPA, by reason: lost (the connection, before any byte of an answer), refused (the token, with a 401), pause (CATAPA had asked for one).',
    ['reason'],
    () => Object.entries(observed.replays).map(([reason, count]) => ({ labels: { reason }, count })),
  )
}

function tokenMetrics(registry: Registry, { observed, token }: MetricSources): void {
  counted(
    registry,
    'token_requests_total',
    'Token requests by outcome (obtained; unchanged: the same token again; refused: the client is not accepted; login_required: nobody has logged in, or the login is over; failed: it is tried again) and by the cause of a failure, an error type of RFC 9209.',
    ['outcome', 'cause'],
    () => observed.tokenRequests.values(),
  )
  plain(registry, 'counter', 'token_renewals_total', 'Tokens obtained after the first one.', () =>
    Math.max(0, observed.tokens.obtained - 1),
  )
  counted(
    registry,
    'token_rejections_total',
    "CATAPA's 401 answers to a token that had not expired, by whether the token was renewed because of it.",
    ['renewed'],
    () => [
      { labels: { renewed: 'true' }, count: observed.tokens.rejections.renewed },
      { labels: { renewed: 'false' }, count: observed.tokens.rejections.kept },
    ],
  )
  plain(registry, 'gauge', 'token_valid', '1 while there is a token that has not expired, else 0.', () =>
    Number(token().valid),
  )
  plain(
    registry,
    'gauge',
    'token_expiry_timestamp_seconds',
    'When the token expires, in seconds since 1970; 0 while there is none.',
    () => {
      const { valid, expiresInMs } = token()
      return valid && expiresInMs !== undefined ? (Date.now() + expiresInMs) / 1000 : 0
    },
  )
  plain(registry, 'gauge', 'token_waiters', 'Requests that wait for a token.', () => token().waiting)
  counted(
    registry,
    'token_problem',
    '1 for the problem of the last token request, until a token request succeeds, else 0.',
    ['code'],
    () => tokenProblems.map((code) => ({ labels: { code }, count: Number(token().failure?.code === code) })),
    'gauge',
  )
}

/** Without the person's name, which must not be a label: the status page and the log have it. */
function loginMetrics(registry: Registry, { grant, login }: MetricSources): void {
  counted(
    registry,
    'grant_info',
    'Always 1; the label is the identity of calls: client_credentials is the client itself, authorization_code a person who has logged in.',
    ['grant'],
    () => [{ labels: { grant }, count: 1 }],
    'gauge',
  )
  plain(
    registry,
    'gauge',
    'login_usable',
    '1 while there is a login that CATAPA has not refused, else 0; always 0 if calls are made as the client itself.',
    () => {
      const state = login?.()
      return Number(state?.login !== undefined && !state.over)
    },
  )
  plain(
    registry,
    'gauge',
    'login_timestamp_seconds',
    'When the person logged in, in seconds since 1970; 0 while there is no login.',
    () => Date.parse(login?.().login?.since ?? '1970-01-01T00:00:00Z') / 1000,
  )
}

function upstreamMetrics(registry: Registry, { connections, clockSkewMs }: MetricSources): void {
  counted(
    registry,
    'upstream_connections',
    'Open connections by endpoint (api, token) and state.',
    ['target', 'state'],
    () =>
      connections().flatMap(({ target, connected, free }) => [
        { labels: { target, state: 'busy' }, count: connected - free },
        { labels: { target, state: 'idle' }, count: free },
      ]),
    'gauge',
  )
  plain(
    registry,
    'gauge',
    'clock_skew_seconds',
    "CATAPA's clock, by the Date of its answers, minus this machine's; good to about a second. NaN until CATAPA has answered.",
    () => (clockSkewMs() ?? Number.NaN) / 1000,
  )
}
