import type { SharesShown } from '../../forwarding/turns/shown-shares.ts'
import type { LoginState } from '../../login/follow-login.ts'
import type { Who } from '../../login/login-file.ts'
import type { UpstreamSeen } from '../../network/last-answer.ts'
import type { ProblemCode } from '../../problems/codes.ts'
import { inWords } from '../../problems/explain.ts'
import { isOf, type LoginFlaw } from '../../problems/failure.ts'
import type { ProcessStatus } from '../../running/process-status.ts'
import type { Config, CredentialOrigins } from '../../settings/config.ts'
import { type ShownSetting, shownSettings } from '../../settings/shown-settings.ts'
import type { TokenState } from '../../tokens/cache/token-cache.ts'
import type { AdminSources } from '../admin-sources.ts'
import type { CallerCounts } from '../metrics/caller-counts.ts'
import type { Observations } from '../metrics/request-counts.ts'
import type { Readiness } from '../probes/readiness.ts'
import { type AuditStatus, auditStatus } from './audit-status.ts'
import { type CallersStatus, callersStatus } from './callers-status.ts'
import type { Journal, RecentRequest, ShownError, TrafficPoint } from './recent-requests.ts'
import { type ShownFailure, shownFailure } from './shown-failure.ts'
import { type SharingStatus, sharingStatus } from './store-status.ts'

/** Instants are ISO 8601; undefined members are left out in JSON. It has no secret, and no person's name but the login's. */
export type Status = {
  version: string
  node: string
  startedAt: string
  process: ProcessStatus
  readiness: Readiness
  /** Since the first signal to stop. */
  stopping: boolean
  token: {
    valid: boolean
    expiresAt: string | undefined
    obtainedAt: string | undefined
    lifetimeSeconds: number | undefined
    /** The token endpoint did not state a lifetime. */
    lifetimeAssumed: boolean
    requesting: boolean
    /** Requests that wait for a token. */
    waiting: number
    /** Token requests since the start. */
    requests: number
    /** CATAPA refuses fresh tokens too, so its 401s cause no renewal for a minute. */
    rejectionsPaused: boolean
    failure:
      | (ShownFailure & {
          at: string
          /** Undefined while a token request is due or under way, and if only a new login helps. */
          retryAt: string | undefined
        })
      | undefined
  }
  credentials: { tenant: string; clientId: string; from: CredentialOrigins | undefined; inUseSince: string }
  /** The identity of calls: the client itself, or a person who has logged in. */
  grant: Config['grant']
  login:
    | {
        file: string
        as: Who | undefined
        since: string | undefined
        /** Why there is no usable login, and what to do. */
        problem: string | undefined
        /** The kind of problem. */
        flaw: LoginFlaw['kind'] | undefined
        /** CATAPA does not accept it any more. */
        over: boolean
      }
    | undefined
  upstream: {
    origin: string
    /** API or token endpoint. */
    answeredAt: string | undefined
    lastAnswer: { at: string; status: number } | undefined
    lastFailure: { at: string; code: ProblemCode; remedy: string } | undefined
    clockSkewSeconds: number | undefined
    connections: { target: string; connected: number; free: number }[]
  }
  counters: {
    requests: number
    fromUpstream: number
    /** Ended with a problem of the sidecar's. */
    failed: number
    replays: number
    requestBytes: number
    responseBytes: number
    tokenRejections: number
    inFlight: number
    waiting: number
  }
  traffic: { secondsPerPoint: number; points: (Omit<TrafficPoint, 'at'> & { at: string })[] }
  errors: (Omit<ShownError, 'at'> & { at: string })[]
  recent: (Omit<RecentRequest, 'at'> & { at: string })[]
  shares: SharesShown
  /** Undefined if no token is shared. */
  sharedToken: SharingStatus | undefined
  /** Undefined without a callers file. */
  callers: CallersStatus | undefined
  /** Undefined without an audit trail. */
  audit: AuditStatus | undefined
  /** SIDECAR_PROFILE. */
  profile: Config['profile']
  listeners: { data: readonly string[]; admin: readonly string[] }
  settings: ShownSetting[]
}

export type StatusParts = {
  config: Config
  ownProcess: ProcessStatus
  sources: AdminSources
  observed: Observations
  callerCounts: CallerCounts
  journal: Journal
  seen: UpstreamSeen
  readiness: () => Readiness
  adminAddresses: () => readonly string[]
  logLevel: () => string
}

/**
 * Everything that the page shows. Two statuses of an idle sidecar are equal, so that the stream of events is silent then: no
 * member depends on the present time.
 */
export function status({
  config,
  ownProcess,
  sources,
  observed,
  callerCounts,
  journal,
  seen,
  readiness,
  adminAddresses,
  logLevel,
}: StatusParts): Status {
  const { totals, replays, tokens } = observed
  const answer = journal.lastAnswer()
  const failure = journal.lastFailure()
  const skewMs = seen.clockSkewMs()
  const credentials = sources.credentials()
  const shared = sources.sharing && sharingStatus(sources.sharing())
  return {
    version: sources.version,
    node: process.version,
    startedAt: iso(sources.startedAt),
    process: ownProcess,
    readiness: readiness(),
    stopping: sources.stopping(),
    token: tokenStatus(sources.tokens.state(), shared?.taken ?? 0),
    credentials: {
      tenant: credentials.tenant,
      clientId: credentials.clientId,
      from: credentials.from,
      inUseSince: iso(sources.inUseSince()),
    },
    grant: config.grant,
    login: sources.login && loginStatus(sources.login()),
    upstream: {
      origin: config.baseUrl.origin,
      answeredAt: maybeIso(seen.answeredAt()),
      lastAnswer: answer && { at: iso(answer.at), status: answer.status },
      lastFailure: failure && { at: iso(failure.at), code: failure.code, remedy: failure.remedy },
      clockSkewSeconds: skewMs === undefined ? undefined : Math.round(skewMs / 1000),
      connections: sources.connections(),
    },
    counters: {
      ...totals,
      replays: replays.lost + replays.refused + replays.pause,
      tokenRejections: tokens.rejections.renewed + tokens.rejections.kept,
      inFlight: sources.inFlight(),
      waiting: sources.waiting(),
    },
    traffic: { secondsPerPoint: 10, points: journal.traffic().map(dated) },
    errors: journal.errors().map(dated),
    recent: journal.recent().map(dated),
    shares: sources.shares(),
    sharedToken: shared,
    callers: sources.callers && callersStatus(sources.callers(), callerCounts),
    audit: sources.audit && auditStatus(sources.audit),
    profile: config.profile,
    listeners: { data: sources.addresses, admin: adminAddresses() },
    settings: shownSettings(config, credentials, logLevel()),
  }
}

function loginStatus({ file, login, failure, over }: LoginState): Status['login'] {
  const problem = failure && inWords(failure, 'operator')
  const flawed = failure && (isOf(failure, 'login_flaw') || isOf(failure, 'login_read_failed')) ? failure : undefined
  return { file, as: login?.who, since: login?.since, problem, flaw: flawed?.facts.kind, over }
}

/** `taken`: tokens that another sidecar had asked for. */
function tokenStatus(state: TokenState, taken: number): Status['token'] {
  const { valid, expiresInMs, lifetimeMs, failure } = state
  return {
    valid,
    expiresAt: expiresInMs === undefined ? undefined : iso(wholeSecond(Date.now() + expiresInMs)),
    obtainedAt: maybeIso(state.obtainedAt),
    lifetimeSeconds: lifetimeMs === undefined ? undefined : lifetimeMs / 1000,
    lifetimeAssumed: state.lifetimeAssumed,
    requesting: state.requesting,
    waiting: state.waiting,
    requests: state.requests - taken,
    rejectionsPaused: state.rejectionsPaused,
    failure: failure && {
      ...shownFailure(failure),
      at: iso(failure.at),
      retryAt:
        failure.retryInMs > 0 && Number.isFinite(failure.retryInMs)
          ? iso(wholeSecond(Date.now() + failure.retryInMs))
          : undefined,
    },
  }
}

function dated<Entry extends { at: number }>(entry: Entry): Omit<Entry, 'at'> & { at: string } {
  return { ...entry, at: iso(entry.at) }
}

/** Rounded, since an instant computed from two clocks varies by a fraction of a millisecond. */
function wholeSecond(at: number): number {
  return Math.round(at / 1000) * 1000
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

function maybeIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : iso(at)
}
