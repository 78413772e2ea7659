// A plain model of what happens to the token cache: what was asked for, what came, what CATAPA refused. It shares no
// rule with the cache.

import type { Instant } from '../../../src/time.ts'
import type { TokenEvent } from '../../../src/tokens/cache/cache-options.ts'
import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'
import type { Settings } from './history-world.ts'

/** A token as the endpoint has stated it, perhaps several times: when it ends, on both clocks. */
type Known = { value: string; lifetimeMs: number; ends: Instant[] }

export type Model = {
  settings: Settings
  source: TokenSource
  /** What requests are to get, until it ends. */
  current: Known | undefined
  /** It replaced one that was refused, and was not accepted yet. */
  doubtful: boolean
  /** It was handed back, with what gain and how long under way. */
  handedBack: { gainMs: number; tookMs: number } | undefined
  /** What CATAPA refused, until there is another one. */
  dropped: Known | undefined
  renewals: number[]
  pausedUntil: number
  /** A token that is not to be kept, when it was first seen, and whether it came again within its last second. */
  fleeting: { value: string; firstAt: number; again: boolean } | undefined
  failure: { kind: NoToken['kind']; notBefore: number; inARow: number; refusals: number; at: number } | undefined
  flight: { at: number; source: TokenSource; after401: boolean; superseded: boolean } | undefined
  /** What has just come. */
  offered: AccessToken | undefined
  /** What is to be told of the last answer. */
  expected: TokenEvent['type'] | undefined
  usedAt: number
  provenAt: number
  stopped: boolean
}

export function emptyModel(settings: Settings, source: TokenSource, { mono }: Instant): Model {
  return {
    settings,
    source,
    current: undefined,
    doubtful: false,
    handedBack: undefined,
    dropped: undefined,
    renewals: [],
    pausedUntil: Number.NEGATIVE_INFINITY,
    fleeting: undefined,
    failure: undefined,
    flight: undefined,
    offered: undefined,
    expected: undefined,
    usedAt: mono,
    provenAt: mono,
    stopped: false,
  }
}

export function isCurrent({ current }: Model, token: AccessToken): boolean {
  return current?.value === token.value
}

/** What is left of the current token by its best statement. */
export function leftMs({ current }: Model, now: Instant): number {
  let left = Number.NEGATIVE_INFINITY
  for (const end of current?.ends ?? []) left = Math.max(left, untilMs(end, now))
  return left
}

/** When the endpoint may be asked again after failures. */
export function mayAskAt({ failure, settings }: Model, waitedFor: boolean): number {
  if (failure === undefined) return Number.NEGATIVE_INFINITY
  if (failure.kind !== 'transient') return failure.notBefore
  const longestMs = waitedFor ? 5_000 : 60_000
  const backoffMs = (0.75 + settings.random() / 2) * Math.min(250 * 2 ** (failure.inARow - 1), longestMs)
  return Math.max(failure.notBefore, failure.at + backoffMs)
}

export function asked(model: Model, source: TokenSource, { mono }: Instant): void {
  model.offered = undefined
  model.flight = { at: mono, source, after401: model.dropped !== undefined, superseded: false }
}

export function cameBack(model: Model, outcome: AccessToken | NoToken, now: Instant): void {
  const { flight } = model
  model.flight = undefined
  model.offered = undefined
  model.expected = undefined
  if (flight === undefined || flight.superseded || model.stopped) return
  const trial = flight.source !== model.source
  if ('kind' in outcome) {
    if (!trial) failed(model, outcome.kind, outcome.retryAfterMs, now)
    return
  }
  if (trial) {
    model.source = flight.source
    forget(model)
  }
  if (model.dropped?.value === outcome.value && !flight.after401) return
  if (isCurrent(model, outcome)) cameAgain(model, outcome, now)
  else if (outcome.lifetimeMs <= 0) cameForNow(model, outcome, trial, now)
  else cameAnew(model, outcome, flight.after401, now)
}

function cameAnew(model: Model, token: AccessToken, after401: boolean, now: Instant): void {
  const end = endOf(token)
  if (untilMs(end, now) <= 0) {
    failed(model, 'transient', 0, now)
    return
  }
  worked(model, token, 'obtained', now)
  model.current = { value: token.value, lifetimeMs: token.lifetimeMs, ends: [end] }
  model.doubtful = after401
  model.handedBack = undefined
  model.fleeting = undefined
}

function cameAgain(model: Model, token: AccessToken, now: Instant): void {
  const { current } = model
  const end = endOf(token)
  const before = leftMs(model, now)
  const gainMs = untilMs(end, now) - before
  if (current === undefined || Math.max(before, untilMs(end, now)) <= 0) {
    failed(model, 'transient', 0, now)
    return
  }
  worked(model, token, 'unchanged', now)
  model.fleeting = undefined
  const tookMs = token.receivedAtMono - token.sentAt.mono
  const asGoodAsNew = gainMs > 1_000 + tookMs + 0.11 * current.lifetimeMs
  if (asGoodAsNew) model.current = { ...current, lifetimeMs: token.lifetimeMs, ends: [end] }
  else {
    current.ends.push(end)
    current.lifetimeMs = Math.max(current.lifetimeMs, token.lifetimeMs)
  }
  model.handedBack = asGoodAsNew ? undefined : { gainMs, tookMs }
}

function cameForNow(model: Model, token: AccessToken, trial: boolean, now: Instant): void {
  worked(model, token, 'obtained', now)
  if (trial) {
    model.current = undefined
    model.handedBack = undefined
  }
  const same = model.fleeting?.value === token.value ? model.fleeting : undefined
  const firstAt = same?.firstAt ?? now.mono
  model.fleeting = { value: token.value, firstAt, again: same !== undefined && now.mono < firstAt + 1_050 }
}

function worked(model: Model, token: AccessToken, expected: TokenEvent['type'], { mono }: Instant): void {
  if (model.dropped?.value === token.value) model.pausedUntil = mono + 60_000
  model.dropped = undefined
  model.failure = undefined
  model.provenAt = mono
  model.offered = token
  model.expected = expected
}

function failed(model: Model, kind: NoToken['kind'], retryAfterMs: number, { mono }: Instant): void {
  const { inARow = 0, refusals = 0 } = model.failure ?? {}
  const rests = {
    login_required: Number.POSITIVE_INFINITY,
    refused: [30_000, 60_000, 120_000, 240_000][refusals] ?? 300_000,
    transient: Math.min(retryAfterMs, 300_000),
  }
  const counts = { inARow: inARow + 1, refusals: kind === 'refused' ? refusals + 1 : refusals }
  model.failure = { kind, at: mono, notBefore: mono + rests[kind], ...counts }
  if (kind !== 'transient') model.provenAt = mono
  model.expected = 'failed'
}

function forget(model: Model): void {
  model.failure = undefined
  model.pausedUntil = Number.NEGATIVE_INFINITY
  model.renewals = []
}

/** CATAPA answered 401 to a token. @returns whether that is to cost a token request */
export function refused401(model: Model, token: AccessToken, { mono }: Instant): boolean {
  if (!isCurrent(model, token)) return false
  const recent = model.renewals.filter((at) => at > mono - 60_000)
  if (model.doubtful) model.pausedUntil = mono + 60_000
  model.doubtful = false
  model.renewals = recent
  const [last = 0] = recent.slice(-1)
  if (mono < model.pausedUntil || (recent.length >= 5 && mono - last < 2_500)) return false
  recent.push(mono)
  model.dropped = model.current
  model.current = undefined
  model.handedBack = undefined
  return true
}

export function startedOver(model: Model, { mono }: Instant): void {
  forget(model)
  model.current = undefined
  model.dropped = undefined
  model.fleeting = undefined
  model.handedBack = undefined
  model.usedAt = mono
  if (model.flight !== undefined) model.flight.superseded = true
}

function endOf({ sentAt, lifetimeMs }: AccessToken): Instant {
  return { mono: sentAt.mono + lifetimeMs, wall: sentAt.wall + lifetimeMs }
}

function untilMs(end: Instant, now: Instant): number {
  return Math.min(end.mono - now.mono, end.wall - now.wall)
}
