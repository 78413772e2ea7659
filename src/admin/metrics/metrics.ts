import { collectDefaultMetrics, Registry } from 'prom-client'
import { type Auditing, shownAudit } from '../../audit/audit-in-use.ts'
import type { Config } from '../../settings/config.ts'
import type { TokenState } from '../../tokens/cache/token-cache.ts'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'
import type { AdminSources } from '../admin-sources.ts'
import type { DriftShown } from '../status/drift.ts'
import type { CallerCounts } from './caller-counts.ts'
import { callerMetrics } from './caller-metrics.ts'
import { type LazyMetrics, lazyMetrics } from './lazy-metric.ts'
import type { Observations } from './request-counts.ts'
import { sharesMetrics } from './shares-metrics.ts'

/** Sources of the metrics, read at each scrape. */
export type MetricSources = Pick<
  AdminSources,
  | 'version'
  | 'login'
  | 'callers'
  | 'shares'
  | 'sharing'
  | 'secretCommand'
  | 'audit'
  | 'repeats'
  | 'notices'
  | 'certificates'
  | 'traces'
> &
  Pick<AdminSources, 'inFlight' | 'waiting' | 'connections'> & {
    observed: Observations
    callerCounts: CallerCounts
    token: () => TokenState
    drift: () => DriftShown
    grant: Config['grant']
    ready: () => boolean
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
  const lazy = lazyMetrics(registry)
  const { plain, counted } = lazy
  requestMetrics(lazy, sources)
  callerMetrics(lazy, sources)
  sharesMetrics(lazy, sources)
  auditMetrics(lazy, sources.audit)
  repeatsMetrics(lazy, sources.repeats)
  noticesMetrics(lazy, sources.notices)
  certificateMetrics(lazy, sources.certificates)
  tracesMetrics(lazy, sources.traces)
  driftMetrics(lazy, sources.drift)
  tokenMetrics(lazy, sources)
  secretCommandMetrics(lazy, sources.secretCommand)
  sharingMetrics(lazy, sources.sharing)
  loginMetrics(lazy, sources)
  upstreamMetrics(lazy, sources)
  plain('ready', '1 while /readyz answers 200, else 0.', () => Number(sources.ready()))
  counted('build_info', 'Always 1; the labels have the versions.', ['version', 'node_version'], () => [
    { labels: { version: sources.version, node_version: process.version }, count: 1 },
  ])
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverSampled })
  for (const name of [...misnamed, ...sampledLag]) registry.removeSingleMetric(name)
  return registry
}

function requestMetrics(
  { registry, plain, counted }: LazyMetrics,
  { observed, inFlight, waiting }: MetricSources,
): void {
  const { totals } = observed
  counted(
    'requests_total',
    'Requests on the data listener that have ended, by method, path without ids, class of the status, origin of the answer, and code of the problem.',
    ['method', 'route', 'status', 'origin', 'code'],
    () => observed.requests.values(),
  )
  registry.registerMetric(observed.durations)
  registry.registerMetric(observed.upstreamDurations)
  plain('requests_in_flight', 'Requests whose answer has not left yet.', inFlight)
  plain('requests_waiting', 'Requests that wait for a token or for a place.', waiting)
  plain('request_bytes_total', 'Bytes of request bodies.', () => totals.requestBytes)
  plain('response_bytes_total', 'Bytes of response bodies.', () => totals.responseBytes)
  counted(
    'replays_total',
    'Requests that were resent to CATAPA, by reason: lost (the connection, before any byte of an answer), refused (the token, with a 401), pause (CATAPA had asked for one).',
    ['reason'],
    () => Object.entries(observed.replays).map(([reason, count]) => ({ labels: { reason }, count })),
  )
}

function noticesMetrics({ counted }: LazyMetrics, notices: MetricSources['notices']): void {
  counted(
    'notices_total',
    'Messages to the receivers of SIDECAR_NOTIFY_URL, by kind of receiver, and result: taken, or failed after all tries.',
    ['kind', 'result'],
    () =>
      (notices?.() ?? []).flatMap(({ kind, taken, failed }) => [
        { labels: { kind, result: 'taken' }, count: taken },
        { labels: { kind, result: 'failed' }, count: failed },
      ]),
  )
}

function driftMetrics({ counted }: LazyMetrics, drift: MetricSources['drift']): void {
  const counts = (kind: 'unknown' | 'ending') =>
    drift()[kind].map(({ operation, count }) => ({ labels: { operation, kind }, count }))
  counted(
    'drift_total',
    "CATAPA's answers by which it has moved away from this version: to operations that the catalogue does not know (unknown; not 404 and 405), and with Deprecation or Sunset (ending). The operation has only words of the catalogue.",
    ['operation', 'kind'],
    () => [...counts('unknown'), ...counts('ending')],
  )
}

function tracesMetrics({ counted }: LazyMetrics, traces: MetricSources['traces']): void {
  counted(
    'spans_total',
    'Spans of traces by result: sent; rejected by the collector, which took the others; or dropped: full (2,048 waited), refused (by the collector), failed (after all tries), unsent (at the end).',
    ['result'],
    () => Object.entries(traces?.().spans ?? {}).map(([result, count]) => ({ labels: { result }, count })),
  )
}

function tokenMetrics({ plain, counted }: LazyMetrics, { observed, token }: MetricSources): void {
  counted(
    'token_requests_total',
    'Token requests by outcome (obtained; unchanged: the same token again; refused: the client is not accepted; login_required: nobody has logged in, or the login is over; failed: it is tried again) and by the cause of a failure, an error type of RFC 9209.',
    ['outcome', 'cause'],
    () => observed.tokenRequests.values(),
  )
  plain('token_renewals_total', 'Tokens obtained after the first one.', () => Math.max(0, observed.tokens.obtained - 1))
  counted(
    'token_rejections_total',
    "CATAPA's 401 answers to a token that had not expired, by whether the token was renewed because of it.",
    ['renewed'],
    () => [
      { labels: { renewed: 'true' }, count: observed.tokens.rejections.renewed },
      { labels: { renewed: 'false' }, count: observed.tokens.rejections.kept },
    ],
  )
  plain('token_valid', '1 while there is a token that has not expired, else 0.', () => Number(token().valid))
  plain(
    'token_expiry_timestamp_seconds',
    'When the token expires, in seconds since 1970; 0 while there is none.',
    () => {
      const { valid, expiresInMs } = token()
      return valid && expiresInMs !== undefined ? (Date.now() + expiresInMs) / 1000 : 0
    },
  )
  plain('token_waiters', 'Requests that wait for a token.', () => token().waiting)
  counted(
    'token_problem',
    '1 for the problem of the last token request, until a token request succeeds, else 0.',
    ['code'],
    () => tokenProblems.map((code) => ({ labels: { code }, count: Number(token().failure?.code === code) })),
  )
}

function secretCommandMetrics({ counted }: LazyMetrics, secretCommand: MetricSources['secretCommand']): void {
  counted(
    'secret_command_runs_total',
    'Runs of CATAPA_CLIENT_SECRET_COMMAND by result: taken (it printed the secret), or failed.',
    ['result'],
    () => {
      const shown = secretCommand?.()
      return shown === undefined
        ? []
        : [
            { labels: { result: 'taken' }, count: shown.taken },
            { labels: { result: 'failed' }, count: shown.failed },
          ]
    },
  )
}

/** Without the person's name, which must not be a label: the status page and the log have it. */
function loginMetrics({ plain, counted }: LazyMetrics, { grant, login }: MetricSources): void {
  counted(
    'grant_info',
    'Always 1; the label is the identity of calls: client_credentials is the client itself, authorization_code a person who has logged in.',
    ['grant'],
    () => [{ labels: { grant }, count: 1 }],
  )
  plain(
    'login_usable',
    '1 while there is a login that CATAPA has not refused, else 0; always 0 if calls are made as the client itself.',
    () => {
      const state = login?.()
      return Number(state?.login !== undefined && !state.over)
    },
  )
  plain(
    'login_timestamp_seconds',
    'When the person logged in, in seconds since 1970; 0 while there is no login.',
    () => Date.parse(login?.().login?.since ?? '1970-01-01T00:00:00Z') / 1000,
  )
}

function upstreamMetrics({ plain, counted }: LazyMetrics, { connections, clockSkewMs }: MetricSources): void {
  counted('upstream_connections', 'Open connections by endpoint (api, token) and state.', ['target', 'state'], () =>
    connections().flatMap(({ target, connected, free }) => [
      { labels: { target, state: 'busy' }, count: connected - free },
      { labels: { target, state: 'idle' }, count: free },
    ]),
  )
  plain(
    'clock_skew_seconds',
    "CATAPA's clock, by the Date of its answers, minus this machine's; good to about a second. NaN until CATAPA has answered.",
    () => (clockSkewMs() ?? Number.NaN) / 1000,
  )
}

/** Metrics of the audit trail (design/promises 9.12); `audit` is undefined without a trail. */
function auditMetrics({ plain }: LazyMetrics, audit: Auditing | undefined): void {
  const state = () => audit && shownAudit(audit)
  plain(
    'audit_seq',
    'Number of the last line of the audit trail that is on disk; it never decreases. 0: no trail, or an empty one.',
    () => state()?.head.seq ?? 0,
  )
  plain('audit_lines_total', 'Lines of the audit trail written since the start.', () => state()?.lines ?? 0)
  plain('audit_failing', '1 while the audit trail cannot be written, else 0; always 0 without one.', () =>
    Number(state()?.failing !== undefined),
  )
  plain(
    'audit_unrecorded_total',
    'Requests, ends of requests and events without a line in the audit trail because it could not be written; gap lines in the trail say the same.',
    () => state()?.unrecorded ?? 0,
  )
  plain(
    'audit_replaced_total',
    'Times that another program replaced, shortened, added to or removed the audit trail file in use.',
    () => state()?.replaced?.times ?? 0,
  )
}

/** Metrics of writes that come again (design/promises 12.9). */
function repeatsMetrics({ plain, counted }: LazyMetrics, repeats: AdminSources['repeats']): void {
  counted(
    'repeats_total',
    'Writes that repeated one whose answer had not arrived, by caller and result: answered (with the first answer), waited (for it, and got it), refused, watched (sent, and only counted).',
    ['caller', 'result'],
    () =>
      [...(repeats?.()?.counts() ?? [])].flatMap(([caller, counts]) =>
        Object.entries(counts).map(([result, count]) => ({ labels: { caller, result }, count })),
      ),
  )
  plain(
    'writes_unknown',
    'Guarded writes of the last SIDECAR_REPEAT_WINDOW of which nobody knows whether CATAPA did them; a person has to look and release them.',
    () =>
      repeats?.()
        ?.open()
        .filter(({ stage }) => stage.is === 'unknown').length ?? 0,
  )
}

/**
 * Metrics of the certificate of `tls:` listeners (design/promises 14.5). Without one there are none: a 0 would look like a
 * certificate that has ended.
 */
function certificateMetrics({ plain }: LazyMetrics, inUse: AdminSources['certificates']): void {
  if (inUse === undefined) return
  plain(
    'certificate_expiry_timestamp_seconds',
    'When the certificate of the tls: listeners ends, or the first of its issuers in the file, in seconds since 1970. This metric and the next exist only with SIDECAR_TLS_CERT_FILE.',
    () => inUse().certificates.validUntil / 1000,
  )
  plain('certificate_problem', '1 while the certificate files have a problem and those in use stay, else 0.', () =>
    Number(inUse().flaw !== undefined),
  )
}

/**
 * Metrics of the shared token (design/promises 11.6). If no token is shared, `state` is undefined and there are no such metrics:
 * a 0 would look like a store that is down.
 */
function sharingMetrics({ plain, counted }: LazyMetrics, state: (() => SharingState) | undefined): void {
  if (state === undefined) return
  counted(
    'shared_tokens_total',
    'Tokens by origin: taken over from another sidecar, asked for and shared, or asked for alone because the store could not be used. This metric and the next two exist only with SIDECAR_CACHE_URL.',
    ['how'],
    () => Object.entries(state().counts).map(([how, count]) => ({ labels: { how }, count })),
  )
  plain('shared_token_store_up', '1 while the store of the shared token can be used, else 0.', () => {
    const known = state().state
    return Number(known !== undefined && known.failure === undefined)
  })
  plain(
    'shared_token_store_failures_total',
    'Times the store of the shared token became unusable.',
    () => state().failures,
  )
}
