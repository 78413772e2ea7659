// What design/promises 4 promises, each rule as what is wrong when it does not hold.

import type { Instant } from '../../../src/time.ts'
import type { TokenEvent } from '../../../src/tokens/cache/cache-options.ts'
import type { TokenWaiter } from '../../../src/tokens/cache/waiters.ts'
import type { AccessToken } from '../../../src/tokens/token-source.ts'
import { isCurrent, leftMs, type Model, mayAskAt } from './history-model.ts'

type Broken = string | undefined

/** Sums of fractions of milliseconds are not exact. */
const exactMs = 1e-3

/** The last stretch, in which requests wait for the next token, is at most so long. */
function longestHoldMs({ current, handedBack }: Model): number {
  const inVain = handedBack !== undefined && handedBack.gainMs <= 0
  return Math.min(inVain ? 2_000 : 30_000, 0.05 * (current?.lifetimeMs ?? 0))
}

/** And at least: a token that was handed back may live for a second after its end. With a small gain, who knows. */
function shortestHoldMs({ current, handedBack }: Model): number {
  if (handedBack !== undefined && handedBack.gainMs > 0) return Number.NEGATIVE_INFINITY
  const longestMs = handedBack === undefined ? 30_000 : 950 - handedBack.tookMs
  return Math.min(longestMs, 0.05 * (current?.lifetimeMs ?? 0)) - exactMs
}

function marginMs({ current, settings }: Model): number {
  return Math.min(settings.refreshMarginMs, 0.2 * (current?.lifetimeMs ?? 0))
}

/** So long the endpoint is left alone while nobody calls. */
function restsUntil({ failure, settings, usedAt, provenAt }: Model): number {
  const { idleCheckMs } = settings
  if (idleCheckMs <= 0) return Number.POSITIVE_INFINITY
  const refused = failure !== undefined && failure.kind !== 'transient'
  return Math.max(usedAt, provenAt) + (refused ? Math.min(idleCheckMs, 900_000) : idleCheckMs)
}

function isIdle({ current, usedAt }: Model, { mono }: Instant): boolean {
  return mono - usedAt > (current?.lifetimeMs ?? 3_600_000) + exactMs
}

/** One token request at a time, and none in vain. */
export function askedInVain(model: Model, byHand: boolean, waitedFor: boolean, now: Instant): Broken {
  const { current, failure, fleeting, handedBack } = model
  if (model.flight !== undefined) return 'two token requests at a time'
  if (model.stopped) return 'a token request after the end'
  if (byHand) return undefined
  if (now.mono < mayAskAt(model, waitedFor) - exactMs) return `${failure?.kind}: asked again too early`
  if (handedBack !== undefined && handedBack.gainMs <= 0 && leftMs(model, now) > 0) {
    return 'asked for a successor before the token that was handed back has ended'
  }
  if (fleeting?.again && now.mono < fleeting.firstAt + 1_050) return 'asked within the last second of a token'
  if (waitedFor || now.mono >= restsUntil(model) - exactMs) return undefined
  if (fleeting !== undefined) return 'asked for a token that nobody waits for and that is not kept'
  if (current !== undefined && leftMs(model, now) > Math.max(1.1 * marginMs(model), longestHoldMs(model)) + exactMs) {
    return 'asked although the token is good for long'
  }
  return isIdle(model, now) && failure?.kind !== 'transient' ? 'asked although nobody calls' : undefined
}

/** A token for a request at once. */
export function handedOut(model: Model, token: AccessToken, now: Instant): Broken {
  const { current, flight, failure, settings, handedBack, fleeting, stopped } = model
  if (!isCurrent(model, token)) return 'a token that is not the current one was handed out'
  const left = leftMs(model, now)
  if (left <= 0) return 'an expired token was handed out'
  if (stopped || settings.tokenWaitMs <= 0 || current === undefined) return undefined
  const single = current.ends.length === 1 && handedBack === undefined
  if (single && left <= shortestHoldMs(model) && (flight !== undefined || (failure ?? fleeting) === undefined)) {
    return 'a request did not wait for the renewal'
  }
  if (
    handedBack !== undefined &&
    failure === undefined &&
    left <= Math.min(shortestHoldMs(model), settings.tokenWaitMs - 1_050)
  ) {
    return 'a request did not wait for the successor'
  }
  if (!single || flight !== undefined || failure !== undefined || fleeting !== undefined) return undefined
  return left <= marginMs(model) - exactMs ? 'a renewal is late' : undefined
}

/** None for a request at once. */
export function madeToWait(model: Model, now: Instant): Broken {
  const { current, handedBack, settings } = model
  const left = leftMs(model, now)
  if (current === undefined || left <= 0) return undefined
  if (settings.tokenWaitMs <= 0 || model.stopped) return 'a request waits that must not'
  if (current.ends.length === 1 && left > longestHoldMs(model) + exactMs) return 'a request waits too early'
  if (model.flight !== undefined || handedBack !== undefined) return undefined
  return now.mono < mayAskAt(model, false) - exactMs ? 'a failing renewal costs a request its token' : undefined
}

/** What one is told who has waited. */
export function answered(model: Model, waiter: TokenWaiter, said: AccessToken | Error, now: Instant): Broken {
  const { offered, failure, fleeting, flight, handedBack } = model
  const early = now.mono < waiter.deadline - exactMs && !model.stopped
  if (now.mono > waiter.deadline + exactMs) return 'an answer after the end of the wait'
  const left = leftMs(model, now)
  if (said instanceof Error) {
    const value = offered?.value ?? (left > 0 ? model.current?.value : undefined)
    if (value !== undefined) return value === waiter.refused?.value ? undefined : 'a failure although there is a token'
    if (!early || handedBack !== undefined || fleeting?.again) return undefined
    if (failure === undefined) return 'a wait ended early for no reason'
    return failure.kind === 'transient' && mayAskAt(model, true) < waiter.deadline - exactMs
      ? 'a wait ended before the next attempt'
      : undefined
  }
  if (said.value === waiter.refused?.value) return 'a refused token was handed out again'
  if (said.lifetimeMs > 0 && left <= 0) return 'an expired token was handed out'
  if (said.value !== offered?.value) {
    if (!isCurrent(model, said)) return 'a token that is not the current one was handed out'
    const healthy = flight !== undefined && failure === undefined && now.mono < flight.at + 1_000 - exactMs
    return early && healthy ? 'a renewal that goes well was not waited for' : undefined
  }
  if (fleeting?.again && fleeting.firstAt + 1_050 < waiter.deadline) return 'a token in its last second was handed out'
  if (handedBack === undefined || !isCurrent(model, said) || left > shortestHoldMs(model)) return undefined
  return left + 1_050 + handedBack.tookMs < waiter.deadline - now.mono - exactMs
    ? 'a token in its last stretch was handed out'
    : undefined
}

/** What is told of an answer of the endpoint, when all who are to have it have got it. */
export function toldWrongly(model: Model, event: TokenEvent, waiting: number, now: Instant): Broken {
  if (event.type === 'rejected') return undefined
  if (event.type !== model.expected) return `told is ${event.type}, and not ${model.expected}`
  const left = leftMs(model, now)
  if (event.type === 'failed') {
    return event.tokenStillValid === left > 0 ? undefined : 'told is the wrong thing of the token'
  }
  const ending = event.type === 'obtained' ? model.fleeting?.again : left <= longestHoldMs(model)
  return waiting > 0 && !ending ? 'those who wait do not get the token that has come' : undefined
}

/** Who waits when nothing is due: a wait always ends, and not without need. */
export function stillWaiting(model: Model, waiters: readonly TokenWaiter[], looksAt: number, now: Instant): Broken {
  const { current, failure, flight, fleeting, handedBack } = model
  const [first] = waiters
  const last = waiters[waiters.length - 1]
  if (first === undefined || last === undefined) return undefined
  if (model.stopped || first.deadline <= now.mono) return 'a wait goes on after its end'
  if (looksAt > first.deadline) return 'nothing ends a wait'
  const left = leftMs(model, now)
  if (flight !== undefined) {
    if (left <= 0 || left > 1_000 || current?.ends.length !== 1 || longestHoldMs(model) <= 1_000) return undefined
    const doubtful = failure !== undefined || now.mono >= flight.at + 1_000
    return doubtful && handedBack === undefined ? 'a doubtful renewal costs a request its token' : undefined
  }
  if (failure !== undefined && failure.kind !== 'transient') return 'a refusal is not answered at once'
  if (mayAskAt(model, true) >= last.deadline) return 'a wait goes on though no attempt comes in time'
  if (handedBack !== undefined || fleeting?.again) return undefined
  if (left > 0) return 'a request waits for nothing'
  if (failure === undefined) return 'nobody asks for those who wait'
  return looksAt > Math.max(mayAskAt(model, true), now.mono) + exactMs ? 'an attempt is late' : undefined
}

/** What is to happen although nobody waits. */
export function neglected(model: Model, waitedFor: boolean, looksAt: number, now: Instant): Broken {
  const { failure, fleeting } = model
  if (waitedFor || model.flight !== undefined || model.stopped || model.handedBack !== undefined) return undefined
  const latest = Math.max(restsUntil(model), mayAskAt(model, false), now.mono) + exactMs
  if (failure?.kind !== 'transient' && looksAt > latest) return 'the credentials are not proved in time'
  if (failure === undefined || fleeting !== undefined || leftMs(model, now) > 0) return undefined
  if (failure.kind !== 'transient' && isIdle(model, now)) return undefined
  // That somebody has called, after a long time, is noticed within a minute.
  const lateMs = failure.kind === 'transient' ? exactMs : 60_000
  return looksAt > Math.max(mayAskAt(model, false), now.mono) + lateMs ? 'an attempt is late' : undefined
}
