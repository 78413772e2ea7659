import { ProblemError } from '../errors.ts'
import { failureMemory } from './failure-memory.ts'
import { type Held, hold, isSame, remainingMs, renewedSame } from './held-token.ts'
import type { AccessToken, Clock, TokenSource } from './token-source.ts'

/** While a fresh token is refused as well, a 401 renews nothing for so long (CONTRACT §4). */
const rejectionPauseMs = 60_000
/** Idle is: no request during a whole lifetime; before any token is known, an hour. */
const defaultLifetimeMs = 3_600_000

export type CacheOptions = {
  clock: Clock
  /** Renew this long before expiry, at most 20 % of the lifetime. */
  refreshMarginMs: number
  /** Longest that a caller waits. */
  tokenWaitMs: number
  /** An idle sidecar still proves its credentials this often; 0: never. */
  idleCheckMs: number
  /** From 0 to 1, as Math.random. */
  random: () => number
  report: (event: TokenEvent) => void
}

/** What happened, for log and metrics. Never a token. */
export type TokenEvent =
  | { type: 'obtained'; lifetimeMs: number; assumed: boolean; tookMs: number }
  | { type: 'unchanged'; remainingMs: number }
  | { type: 'failed'; problem: ProblemError; tokenStillValid: boolean; retryInMs: number }
  | { type: 'rejected'; remainingMs: number; renewing: boolean }

/** The state of the token for people and probes: no token in it. */
export type TokenState = {
  valid: boolean
  expiresInMs: number | undefined
  lifetimeMs: number | undefined
  lifetimeAssumed: boolean
  obtainedAt: number | undefined
  requesting: boolean
  waiting: number
  requests: number
  failure: { code: ProblemError['code']; detail: string; at: number; retryInMs: number } | undefined
  rejectionsPaused: boolean
}

export type TokenCache = {
  /** A token that can be sent now without waiting, if there is one; starts a renewal that is due. */
  current(): AccessToken | undefined
  /**
   * Waits for a token as long as CONTRACT §4 allows.
   *
   * @throws ProblemError `token_unavailable` or `credentials_rejected`
   */
  get: TokenSource
  /**
   * CATAPA answered 401 to this token. Drops it when it is still the current one, and starts the renewal.
   *
   * @returns whether it was the current one
   */
  reject(token: AccessToken): boolean
  /** CATAPA answered something else than 401 to this token. */
  accepted(token: AccessToken): void
  /** Tries another source and, only if that works, uses it from now on. @throws ProblemError as the source does */
  replace(source: TokenSource): Promise<void>
  /** Asks for a new token now, whatever the memory of failures says. @throws ProblemError as the source does */
  renew(): Promise<void>
  state(): TokenState
  /** Begins: asks for the first token. */
  start(): void
  stop(): void
}

type Waiter = {
  deadline: number
  /** A token that is usable until the successor comes. */
  fallback: Held | undefined
  settle(token: AccessToken | undefined, problem: ProblemError | undefined): void
}

/**
 * A cache around a token source (CONTRACT §4): one token request at a time, expiry on two clocks, renewal in the
 * background before it, memory of failures, and dropping of tokens that CATAPA refuses.
 */
export function cached(initialSource: TokenSource, options: CacheOptions): TokenCache {
  const { clock, tokenWaitMs } = options
  const memory = failureMemory(options)
  const waiters = new Set<Waiter>()
  let source = initialSource
  let held: Held | undefined
  /** The one token request under way. Never rejects. */
  let flight: Promise<void> | undefined
  let requests = 0
  let rejected: AccessToken | undefined
  let rejectionsPausedUntil = Number.NEGATIVE_INFINITY
  let usedAt = clock.now().mono
  let provenAt = clock.now().mono
  let cancelTimer = () => {}
  let stopped = false

  const valid = () => (held !== undefined && remainingMs(held, clock.now()) > 0 ? held : undefined)
  const idle = () => clock.now().mono - usedAt > (held?.token.lifetimeMs ?? defaultLifetimeMs)

  /** The earliest moment, on the monotonic clock, at which the endpoint may be asked again. */
  const mayAskAt = () => Math.max(memory.retryAt(waiters.size > 0), held?.successorAt ?? Number.NEGATIVE_INFINITY)

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

  /** Whether waiting for the next answer of the endpoint can serve a request of now. */
  function mayWait(now: number): boolean {
    if (flight !== undefined) return tokenWaitMs > 0
    if (held?.successorAt === undefined) return mayAskAt() <= now && tokenWaitMs > 0
    return mayAskAt() <= now + tokenWaitMs
  }

  async function get(refused?: AccessToken): Promise<AccessToken> {
    if (refused !== undefined) {
      reject(refused)
      if (held !== undefined && isSame(held.token, refused)) {
        throw refusesFresh()
      }
    }
    return current() ?? wait(refused)
  }

  function wait(refused: AccessToken | undefined): Promise<AccessToken> {
    const now = clock.now().mono
    const deadline = now + tokenWaitMs
    const fallback = valid()
    return new Promise((resolve, rejectPromise) => {
      let cancelDeadline = () => {}
      const waiter: Waiter = {
        deadline,
        fallback,
        settle(token, problem) {
          waiters.delete(waiter)
          cancelDeadline()
          if (token === undefined) rejectPromise(problem)
          else if (refused !== undefined && isSame(refused, token)) rejectPromise(refusesFresh())
          else resolve(token)
        },
      }
      waiters.add(waiter)
      wake()
      if (flight === undefined && memory.refused() && mayAskAt() > now) giveUp(waiter)
      else if (flight === undefined && mayAskAt() > deadline) giveUp(waiter)
      else cancelDeadline = clock.after(tokenWaitMs, () => giveUp(waiter))
    })
  }

  /** Answers one waiter without a new token: with what it could still use, else with the reason. */
  function giveUp(waiter: Waiter): void {
    const { fallback } = waiter
    const { mono } = clock.now()
    if (fallback !== undefined && remainingMs(fallback, clock.now()) > 0) waiter.settle(fallback.token, undefined)
    else waiter.settle(undefined, memory.problem(Math.max(0, mayAskAt() - mono)))
  }

  /** Does what is due now, and sets the timer for what is due next. The only place that decides when to ask. */
  function wake(): void {
    cancelTimer()
    if (stopped || flight !== undefined) return
    const now = clock.now()
    const dueAt = Math.max(wantedAt(now), mayAskAt())
    if (dueAt <= now.mono) ask(source).catch(() => {})
    else if (dueAt < Number.POSITIVE_INFINITY) cancelTimer = clock.after(dueAt - now.mono, wake)
  }

  /** When a new token is wanted, on the monotonic clock. */
  function wantedAt({ mono, wall }: { mono: number; wall: number }): number {
    if (waiters.size > 0) return mono
    const checkAt = options.idleCheckMs > 0 ? provenAt + options.idleCheckMs : Number.POSITIVE_INFINITY
    if (idle()) return checkAt
    if (held === undefined) return mono
    return Math.min(checkAt, mono + remainingMs(held, { mono, wall }) - held.renewBeforeMs)
  }

  /** One token request, and what follows from its outcome. @throws ProblemError as the source does */
  async function ask(from: TokenSource): Promise<void> {
    const forRejected = rejected
    requests += 1
    const startedAt = clock.now().mono
    const answer = from(forRejected)
    flight = answer.then(
      () => {},
      () => {},
    )
    try {
      const token = await answer
      flight = undefined
      if (stopped) return
      take(token, forRejected, clock.now().mono - startedAt)
      if (from !== source) {
        source = from
        rejectionsPausedUntil = Number.NEGATIVE_INFINITY
      }
    } catch (error) {
      flight = undefined
      if (stopped) return
      const problem = asTokenProblem(error)
      if (from === source) fail(problem)
      throw problem
    } finally {
      if (!stopped) wake()
    }
  }

  function take(token: AccessToken, forRejected: AccessToken | undefined, tookMs: number): void {
    const now = clock.now()
    if (rejected !== undefined && isSame(rejected, token)) {
      if (forRejected === undefined) return // Asked for before the 401: it tells nothing, so ask again.
      pauseRejections() // CONTRACT §4: the same token after a 401 counts as refused.
    }
    if (held !== undefined && isSame(held.token, token)) {
      held = renewedSame(held, token, now)
      if (remainingMs(held, now) <= 0)
        throw new ProblemError(
          'token_unavailable',
          'The token endpoint handed back the token that has expired; the sidecar keeps trying.',
        )
      options.report({ type: 'unchanged', remainingMs: remainingMs(held, now) })
    } else {
      const fresh = hold(token, options, rejected !== undefined)
      const expiredOnTheWay = remainingMs(fresh, now) <= 0
      if (expiredOnTheWay && token.lifetimeMs > 0)
        throw new ProblemError(
          'token_unavailable',
          'The token expired while it was being fetched; the sidecar keeps trying.',
        )
      held = expiredOnTheWay ? undefined : fresh
      options.report({ type: 'obtained', lifetimeMs: token.lifetimeMs, assumed: token.lifetimeAssumed, tookMs })
    }
    rejected = undefined
    memory.clear()
    provenAt = now.mono
    for (const waiter of [...waiters]) waiter.settle(held?.token ?? token, undefined)
  }

  function fail(problem: ProblemError): void {
    memory.remember(problem)
    const now = clock.now().mono
    for (const waiter of [...waiters]) {
      const usable = waiter.fallback !== undefined && remainingMs(waiter.fallback, clock.now()) > 0
      if (usable || memory.refused() || mayAskAt() > waiter.deadline) giveUp(waiter)
    }
    options.report({
      type: 'failed',
      problem,
      tokenStillValid: valid() !== undefined,
      retryInMs: Math.max(0, mayAskAt() - now),
    })
  }

  function pauseRejections(): void {
    rejectionsPausedUntil = clock.now().mono + rejectionPauseMs
  }

  function reject(token: AccessToken): boolean {
    if (held === undefined || !isSame(held.token, token)) return false
    const left = remainingMs(held, clock.now())
    if (held.replacesRejected && !held.wasAccepted) {
      held = { ...held, replacesRejected: false }
      pauseRejections()
    }
    const renewing = clock.now().mono >= rejectionsPausedUntil
    if (renewing) {
      held = undefined
      rejected = token
      wake()
    }
    options.report({ type: 'rejected', remainingMs: left, renewing })
    return true
  }

  function accepted(token: AccessToken): void {
    if (held !== undefined && held.token === token) held.wasAccepted = true
  }

  /** Takes turns with the flight under way: one token request at a time, whoever wants it. */
  async function askNow(from: TokenSource): Promise<void> {
    while (flight !== undefined) await flight
    cancelTimer()
    await ask(from)
  }

  return {
    current,
    get,
    reject,
    accepted,
    replace: askNow,
    renew: () => askNow(source),
    start: wake,
    stop() {
      stopped = true
      cancelTimer()
      for (const waiter of [...waiters]) giveUp(waiter)
    },
    state() {
      const now = clock.now()
      const left = held === undefined ? undefined : remainingMs(held, now)
      const last = memory.last()
      return {
        valid: left !== undefined && left > 0,
        expiresInMs: left,
        lifetimeMs: held?.token.lifetimeMs,
        lifetimeAssumed: held?.token.lifetimeAssumed ?? false,
        obtainedAt: held?.token.sentAt.wall,
        requesting: flight !== undefined,
        waiting: waiters.size,
        requests,
        failure: last && {
          code: last.problem.code,
          detail: last.problem.detail,
          at: last.at,
          retryInMs: Math.max(0, mayAskAt() - now.mono),
        },
        rejectionsPaused: now.mono < rejectionsPausedUntil,
      }
    },
  }
}

function refusesFresh(): ProblemError {
  return new ProblemError(
    'token_unavailable',
    'CATAPA refuses fresh tokens too; the sidecar pauses renewal for a minute.',
  )
}

/** Anything unforeseen is passing trouble (CONTRACT §4). */
function asTokenProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError(
    'token_unavailable',
    'The token request failed in an unforeseen way; the sidecar keeps trying.',
    {
      cause: error,
    },
  )
}
