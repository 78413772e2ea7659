import { ProblemError } from '../../problems/problem.ts'
import {
  asTokenProblem,
  expiredOnTheWay,
  handedBackExpired,
  refusesFresh,
  stopping,
  superseded,
  tryingAgain,
} from '../token-problems.ts'
import type { AccessToken, Instant, TokenSource } from '../token-source.ts'
import { failureMemory, shownFailure } from './failure-memory.ts'
import {
  type Fleeting,
  type Held,
  hold,
  isSame,
  remainingMs,
  renewedSame,
  sighted,
  stateOf,
  untilMs,
} from './held-token.ts'
import { rejectionLimit } from './rejections.ts'
import type { CacheOptions, TokenCache, TokenState } from './token-cache.ts'
import { type Waiter, wait } from './waiter.ts'

export type { CacheOptions, TokenCache, TokenEvent, TokenState } from './token-cache.ts'

/** Idle is: no request during a whole lifetime; before any token is known, an hour. */
const defaultLifetimeMs = 3_600_000
/** A token request that takes longer may be one that never ends. */
const slowRequestMs = 1000
/** So long before the expiry a request gives up the wait for a doubtful renewal: enough for its way to CATAPA. */
const lastCallMs = 1000
/** Timers stop while a machine sleeps and know nothing of a wall clock that was set: look again so often. */
const lookAgainMs = 60_000

/**
 * A cache around a token source (design/promises 4): one token request at a time, expiry on two clocks, renewal in the
 * background before it, memory of failures, and dropping of tokens that CATAPA refuses.
 */
export function cached(initialSource: TokenSource, options: CacheOptions): TokenCache {
  const { clock, tokenWaitMs, report } = options
  const memory = failureMemory(options)
  const limit = rejectionLimit(clock)
  const waiters = new Set<Waiter>()
  let source = initialSource
  let held: Held | undefined
  let heldFrom = initialSource
  /** The one token request under way. Never rejects. */
  let flight: Promise<unknown> | undefined
  let flightAt = 0
  let requests = 0
  /** A flight that began before `startOver` has nothing to say any more. */
  let era = 0
  /** The token that was dropped because CATAPA refused it, until another one is there. */
  let rejected: AccessToken | undefined
  /** The last token, if its lifetime was ≤ 0: then it is asked for only when somebody waits. */
  let fleeting: Fleeting | undefined
  let usedAt = clock.now().mono
  /** When the endpoint has last judged the credentials. */
  let provenAt = clock.now().mono
  let renewal: Promise<void> | undefined
  let cancelTimer = () => {}
  let stopped = false

  const valid = () => (held !== undefined && remainingMs(held, clock.now()) > 0 ? held : undefined)
  const idle = () => clock.now().mono - usedAt > (held?.token.lifetimeMs ?? defaultLifetimeMs)

  function current(): AccessToken | undefined {
    const now = clock.now()
    usedAt = now.mono
    if (held === undefined) return undefined
    const left = remainingMs(held, now)
    if (left > held.renewBeforeMs) return held.token // The common case: nothing is due.
    if (left <= 0) return undefined
    if (left > held.holdBeforeMs) {
      wake()
      return held.token
    }
    return mayWait(now.mono) ? undefined : held.token
  }

  /** Whether a request of now that has a token should rather wait for the next answer of the endpoint. */
  function mayWait(now: number): boolean {
    if (tokenWaitMs <= 0 || stopped) return false
    if (flight !== undefined) return true
    return mayAskAt() <= (held?.successorAt === undefined ? now : now + tokenWaitMs)
  }

  /** The earliest moment, on the monotonic clock, at which the endpoint may be asked again. */
  function mayAskAt(): number {
    let retryAt = memory.retryAt(waiters.size > 0)
    if (fleeting?.again) retryAt = Math.max(retryAt, fleeting.againUntil)
    if (held?.successorAt === undefined) return retryAt
    const now = clock.now()
    return Math.max(retryAt, now.mono + untilMs(held.successorAt, now))
  }

  async function get(refused?: AccessToken): Promise<AccessToken> {
    if (refused !== undefined) {
      reject(refused)
      if (held !== undefined && isSame(held.token, refused)) throw refusesFresh()
    }
    return current() ?? waitForIt(refused)
  }

  function waitForIt(refused: AccessToken | undefined): Promise<AccessToken> {
    const { waiter, outcome } = wait(waiters, clock.now().mono + tokenWaitMs, refused)
    wake()
    if (stopped || hopeless(waiter)) giveUp(waiter)
    else limitWait(waiter)
    return outcome
  }

  function limitWait(waiter: Waiter): void {
    waiter.cancels.push(clock.after(tokenWaitMs, () => giveUp(waiter)))
    const last = valid()
    if (last === undefined || last.successorAt !== undefined || last.holdBeforeMs <= lastCallMs) return
    // A renewal that fails or hangs must not cost this request the token that is still good.
    const leftMs = remainingMs(last, clock.now()) - lastCallMs
    waiter.cancels.push(clock.after(leftMs, () => valid() !== undefined && renewalIsDoubtful() && giveUp(waiter)))
  }

  function renewalIsDoubtful(): boolean {
    return memory.last() !== undefined || clock.now().mono - flightAt > slowRequestMs
  }

  /** Whether no attempt can serve this waiter any more: then it is answered at once. */
  function hopeless(waiter: Waiter): boolean {
    if (flight !== undefined) return false
    const nextAt = mayAskAt()
    return nextAt > waiter.deadline || (memory.refused() && nextAt > clock.now().mono)
  }

  /** Answers one waiter without a new token: with the one that is still valid, else with the reason. */
  function giveUp(waiter: Waiter): void {
    const token = valid()?.token
    if (token !== undefined) waiter.settle(token, undefined)
    else if (stopped) waiter.settle(undefined, stopping())
    else waiter.settle(undefined, memory.problem(Math.max(0, mayAskAt() - clock.now().mono)))
  }

  /** Does what is due now, and sets the timer for what is due next. The only place that decides when to ask. */
  function wake(): void {
    cancelTimer()
    if (stopped || flight !== undefined) return
    const now = clock.now()
    const dueAt = Math.max(wantedAt(now), mayAskAt())
    if (dueAt <= now.mono) ask(source).catch(() => {})
    else if (dueAt < Number.POSITIVE_INFINITY) cancelTimer = clock.after(Math.min(dueAt - now.mono, lookAgainMs), wake)
  }

  /** When a new token is wanted, on the monotonic clock. */
  function wantedAt(now: Instant): number {
    if (waiters.size > 0) return now.mono
    const checkAt = Math.max(provenAt, usedAt) + memory.idleCheckMs()
    const dueInMs = held === undefined ? 0 : remainingMs(held, now) - held.renewBeforeMs
    if (dueInMs > 0) return Math.min(checkAt, now.mono + dueInMs)
    // Passing trouble is retried even if idle, so that readiness comes back without a request.
    return fleeting !== undefined || (idle() && !memory.failing()) ? checkAt : now.mono
  }

  /** One token request, and what follows from its outcome. @throws ProblemError when it brought no usable token */
  async function ask(from: TokenSource): Promise<void> {
    const forRejected = rejected
    const begunIn = era
    requests += 1
    flightAt = clock.now().mono
    const answer = (async () => from(forRejected))().catch(asTokenProblem)
    flight = answer
    const outcome = await answer
    flight = undefined
    if (stopped) throw stopping()
    try {
      if (begunIn !== era) throw superseded()
      const adopting = from !== source && !(outcome instanceof ProblemError)
      if (adopting) adopt(from)
      const problem = outcome instanceof ProblemError ? outcome : take(outcome, forRejected)
      if (problem === undefined) return
      fail(tryingAgain(problem), from === source)
      if (!adopting) throw problem // Credentials that were given a token work, even if the token came too late.
    } finally {
      wake()
    }
  }

  /** A token that was issued proves the new credentials. */
  function adopt(from: TokenSource): void {
    source = from
    limit.forget()
    memory.clear()
  }

  /** @returns why the token is of no use, if so */
  function take(token: AccessToken, forRejected: AccessToken | undefined): ProblemError | undefined {
    const now = clock.now()
    if (rejected !== undefined && isSame(rejected, token)) {
      if (forRejected === undefined) return undefined // Asked for before the 401: it tells nothing, so ask again.
      limit.pause() // The same token after a 401 counts as refused.
    }
    const known = held !== undefined && isSame(held.token, token) ? held : undefined
    const next = known ? renewedSame(known, token, now, options) : hold(token, options, forRejected !== undefined)
    const left = remainingMs(next, now)
    if (left <= 0 && known !== undefined) return handedBackExpired()
    if (left <= 0 && token.lifetimeMs > 0) return expiredOnTheWay()
    if (left > 0) held = next
    else if (heldFrom !== source) held = undefined // It belongs to the old credentials.
    heldFrom = source
    fleeting = left > 0 ? undefined : sighted(fleeting, token, now.mono)
    rejected = undefined
    memory.clear()
    provenAt = now.mono
    for (const waiter of [...waiters]) {
      const ending = fleeting?.again || (next.successorAt !== undefined && left <= next.holdBeforeMs)
      if (!(ending && mayAskAt() <= waiter.deadline)) waiter.settle(next.token, undefined)
    }
    if (known !== undefined) report({ type: 'unchanged', remainingMs: left })
    else {
      const { lifetimeMs, lifetimeAssumed: assumed } = token
      report({ type: 'obtained', lifetimeMs, assumed, tookMs: now.mono - flightAt })
    }
    return undefined
  }

  function fail(problem: ProblemError, ofCurrentSource: boolean): void {
    if (ofCurrentSource) {
      memory.remember(problem)
      if (memory.refused()) provenAt = clock.now().mono
    }
    const tokenStillValid = valid() !== undefined
    for (const waiter of [...waiters]) if (tokenStillValid || hopeless(waiter)) giveUp(waiter)
    if (!ofCurrentSource) return // Whoever offered the new credentials reports that they do not work.
    report({ type: 'failed', problem, tokenStillValid, retryInMs: Math.max(0, mayAskAt() - clock.now().mono) })
  }

  function reject(token: AccessToken): boolean {
    if (held === undefined || !isSame(held.token, token)) return false
    const left = remainingMs(held, clock.now())
    const known = limit.paused()
    const renewing = limit.mayRenew(held)
    if (renewing) {
      held = undefined
      rejected = token
      wake()
    }
    if (!known) report({ type: 'rejected', remainingMs: left, renewing }) // A pause is told once, not with every 401.
    return true
  }

  function accepted(token: AccessToken): void {
    if (held !== undefined && isSame(held.token, token)) held.doubtful = false
  }

  /** Takes turns with the flight under way: one token request at a time, whoever wants it. */
  async function askNow(from: () => TokenSource): Promise<void> {
    while (flight !== undefined) await flight
    if (stopped) throw stopping()
    cancelTimer()
    await ask(from())
  }

  function renew(): Promise<void> {
    renewal ??= askNow(() => source).finally(() => {
      renewal = undefined
    })
    return renewal
  }

  function startOver(): void {
    era += 1
    held = undefined
    rejected = undefined
    fleeting = undefined
    limit.forget()
    memory.clear()
    usedAt = clock.now().mono // It shall be known at once whether the other login works.
    wake()
  }

  function stop(): void {
    stopped = true
    cancelTimer()
    for (const waiter of [...waiters]) giveUp(waiter)
  }

  function state(): TokenState {
    return {
      ...stateOf(held, clock.now()),
      requesting: flight !== undefined,
      waiting: waiters.size,
      requests,
      failure: shownFailure(memory.last(), mayAskAt() - clock.now().mono),
      rejectionsPaused: limit.paused(),
    }
  }

  const replace = (from: TokenSource) => askNow(() => from)
  return { current, get, reject, accepted, replace, renew, startOver, state, start: wake, stop }
}
