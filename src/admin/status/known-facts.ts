import type { LoginState } from '../../login/follow-login.ts'
import type { UpstreamSeen } from '../../network/last-answer.ts'
import type { ReceiverShown } from '../../notices/notices.ts'
import { problems } from '../../problems/codes.ts'
import { capital, explain, inWords } from '../../problems/explain.ts'
import { isOf } from '../../problems/failure.ts'
import type { ProcessStatus } from '../../running/process-status.ts'
import type { SecretCommandShown } from '../../secret-command/follow-secret.ts'
import type { Config } from '../../settings/config.ts'
import { shownOrigins } from '../../settings/shown-origin.ts'
import { shownSettings } from '../../settings/shown-settings.ts'
import type { TokenState } from '../../tokens/cache/token-cache.ts'
import type { SharingState } from '../../tokens/shared/start-sharing.ts'
import type { AdminSources } from '../admin-sources.ts'
import type { CallerCounts } from '../metrics/caller-counts.ts'
import type { Observations } from '../metrics/request-counts.ts'
import { auditStatus } from './audit-status.ts'
import { callersStatus } from './callers-status.ts'
import { certificateStatus } from './certificate-status.ts'
import type { DriftShown } from './drift.ts'
import type { Journal } from './recent-requests.ts'
import { repeatsStatus } from './repeats-status.ts'
import { shownFailure } from './shown-failure.ts'
import type { upstreamTrouble } from './upstream-trouble.ts'

export type StatusParts = {
  config: Config
  ownProcess: ProcessStatus
  sources: AdminSources
  observed: Observations
  callerCounts: CallerCounts
  journal: Journal
  seen: UpstreamSeen
  trouble: ReturnType<typeof upstreamTrouble>['current']
  drift: () => DriftShown
  adminAddresses: () => readonly string[]
  logLevel: () => string
}

/**
 * All that is known. Two statuses of an idle sidecar are equal, so that the stream of events is silent then: no
 * member depends on the present time. Instants are ISO 8601; undefined members are left out in JSON. It has no secret, and no
 * person's name but the login's.
 */
export function facts(parts: StatusParts) {
  const { config, sources, observed, journal, seen } = parts
  const { totals, replays, tokens } = observed
  const answer = journal.lastAnswer()
  const failure = journal.lastFailure()
  const skewMs = seen.clockSkewMs()
  const credentials = sources.credentials()
  const { tenant, clientId, from } = credentials
  const repeats = sources.repeats?.()
  const mistakes = sources.mistakes()
  const trouble = parts.trouble()
  const shared = sources.sharing && sharingStatus(sources.sharing())
  return {
    version: sources.version,
    node: process.version,
    startedAt: iso(sources.startedAt),
    process: parts.ownProcess,
    /** The first token request was answered, or has failed. */
    started: observed.tokens.answered,
    /** Since the first signal to stop. */
    stopping: sources.stopping(),
    token: tokenStatus(sources.tokens.state(), shared?.taken ?? 0),
    credentials: {
      tenant,
      clientId,
      from: shownOrigins(from),
      inUseSince: iso(sources.inUseSince()),
      mistakes: mistakes && { ...mistakes, since: iso(mistakes.since) },
    },
    /** Undefined if the secret comes from no command. */
    secretCommand: sources.secretCommand && secretCommandStatus(sources.secretCommand()),
    /** The identity of calls: the client itself, or a person who has logged in. */
    grant: config.grant,
    login: sources.login && loginStatus(sources.login()),
    upstream: {
      origin: config.baseUrl.origin,
      /** API or token endpoint. */
      answeredAt: maybeIso(seen.answeredAt()),
      lastAnswer: answer && { at: iso(answer.at), status: answer.status },
      lastFailure: failure && { at: iso(failure.at), code: failure.code, remedy: failure.remedy },
      /** Undefined once CATAPA has answered a later request. */
      trouble: trouble && troubleStatus(trouble),
      clockSkewSeconds: skewMs === undefined ? undefined : Math.round(skewMs / 1000),
      connections: sources.connections(),
    },
    counters: {
      /** `failed`: ended with a problem of the sidecar's. */
      ...totals,
      replays: replays.lost + replays.refused + replays.pause,
      tokenRejections: tokens.rejections.renewed + tokens.rejections.kept,
      inFlight: sources.inFlight(),
      waiting: sources.waiting(),
    },
    /** Operations that the catalogue does not know, and those that CATAPA says will end. */
    drift: driftStatus(parts.drift()),
    traffic: { secondsPerPoint: 10, points: journal.traffic().map(dated) },
    errors: journal.errors().map(dated),
    recent: journal.recent().map(dated),
    shares: sources.shares(),
    /** Undefined if no token is shared. */
    sharedToken: shared,
    /** Undefined without a callers file. */
    callers: sources.callers && callersStatus(sources.callers(), parts.callerCounts),
    /** The certificate of `tls:` listeners; undefined without one. */
    certificate: sources.certificates && certificateStatus(sources.certificates()),
    /** Undefined without an audit trail. */
    audit: sources.audit && auditStatus(sources.audit),
    /** Undefined where no write is guarded or watched. */
    repeats: repeats && repeatsStatus(repeats),
    /** What became of notices, by receiver. Undefined where none are sent. */
    notices: sources.notices?.()?.map(receiverStatus),
    /** What became of traces. Undefined where none are sent. */
    traces: sources.traces?.(),
    /** SIDECAR_PROFILE. */
    profile: config.profile,
    listeners: { data: sources.addresses, admin: parts.adminAddresses() },
    settings: shownSettings(config, credentials, parts.logLevel()),
  }
}

export type Facts = ReturnType<typeof facts>

type Trouble = NonNullable<ReturnType<StatusParts['trouble']>>

function troubleStatus({ way, failure, since, at }: Trouble) {
  const { code, happened, remedy } = shownFailure(failure)
  return { way, code, title: problems[code].title, happened, remedy, since: iso(since), at: iso(at) }
}

function driftStatus({ unknown, ending }: DriftShown) {
  return {
    unknown: unknown.map(({ since, at, ...shown }) => ({ ...shown, since: iso(since), at: iso(at) })),
    ending: ending.map(({ since, at, deprecated, sunset, ...shown }) => ({
      ...shown,
      since: iso(since),
      at: iso(at),
      deprecated: typeof deprecated === 'number' ? iso(deprecated) : deprecated,
      sunset: maybeIso(sunset),
    })),
  }
}

function loginStatus({ file, login, failure, over }: LoginState) {
  /** Why there is no usable login, and what to do. */
  const problem = failure && inWords(failure, 'operator')
  const flawed = failure && (isOf(failure, 'login_flaw') || isOf(failure, 'login_read_failed')) ? failure : undefined
  return {
    file,
    as: login?.who,
    since: login?.since,
    problem,
    flaw: flawed?.facts.kind,
    /** CATAPA does not accept it any more. */
    over,
  }
}

/** Of the command that prints the secret (design/promises 15.4), without what it printed. Instants are ISO 8601. */
function secretCommandStatus({ program, taken, failed, last, failing, dueAt, expiresAt }: SecretCommandShown) {
  return {
    /** The base name alone. */
    program,
    /** Runs since the start. */
    runs: { taken, failed },
    lastRun: last && { ...last, at: iso(last.at) },
    failing: failing && { ...shownFailure(failing.failure), since: iso(failing.since) },
    expiresAt: maybeIso(expiresAt),
    /** When it runs by itself; undefined: only after a refusal. */
    nextRunAt: Number.isFinite(dueAt) ? iso(dueAt) : undefined,
  }
}

/** Instants are ISO 8601. */
function receiverStatus({ takenAt, failing, ...shown }: ReceiverShown) {
  return { ...shown, takenAt: maybeIso(takenAt), failing: failing && { ...failing, since: iso(failing.since) } }
}

/** `taken`: tokens that another sidecar had asked for. */
function tokenStatus(state: TokenState, taken: number) {
  const { valid, expiresInMs, lifetimeMs, failure } = state
  const retryInMs = failure?.retryInMs ?? 0
  return {
    valid,
    expiresAt: expiresInMs === undefined ? undefined : iso(wholeSecond(Date.now() + expiresInMs)),
    obtainedAt: maybeIso(state.obtainedAt),
    lifetimeSeconds: lifetimeMs === undefined ? undefined : lifetimeMs / 1000,
    /** The token endpoint did not state a lifetime. */
    lifetimeAssumed: state.lifetimeAssumed,
    requesting: state.requesting,
    /** Requests that wait for a token. */
    waiting: state.waiting,
    /** Token requests since the start. */
    requests: state.requests - taken,
    /** CATAPA refuses fresh tokens too, so its 401s cause no renewal for a minute. */
    rejectionsPaused: state.rejectionsPaused,
    failure: failure && {
      ...shownFailure(failure),
      at: iso(failure.at),
      /** The first failure of this kind in a row. */
      since: iso(failure.since),
      /** Undefined while a token request is due or under way, and if only a new login helps. */
      retryAt: retryInMs > 0 && Number.isFinite(retryInMs) ? iso(wholeSecond(Date.now() + retryInMs)) : undefined,
    },
  }
}

/** The state of the shared token (design/promises 11.6). Instants are ISO 8601. */
function sharingStatus({ store, state, counts }: SharingState) {
  const failure = state?.failure
  const { happened = '', next = '' } = failure === undefined ? {} : explain(failure, 'operator')
  return {
    /** Without user and password. */
    store,
    /** Whether the store can be used now. */
    up: state !== undefined && failure === undefined,
    /** Since when; undefined until the state is known. */
    since: maybeIso(state?.since),
    failing: failure && { cause: failure.cause, happened: capital(happened), remedy: next },
    /** Tokens since the start: taken over from another sidecar, asked for and shared, asked for alone. */
    ...counts,
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
