import type { AccessToken, TokenSource } from '../token-source.ts'
import type { CacheOptions, TokenCache } from './cache-options.ts'
import {
  accepted,
  began,
  found,
  initial,
  joined,
  looked,
  missed,
  rejected,
  type Step,
  served,
  startedOver,
  stopped,
  used,
} from './cache-state.ts'
import { isSame, remainingMs } from './held-token.ts'
import { requestEnded } from './request-ended.ts'
import { handOut, schedule } from './schedule.ts'
import { shown } from './shown-state.ts'
import { failureOf, refusesFresh, stopping } from './token-problems.ts'
import { answerTo, type TokenWaiter } from './waiters.ts'

export type { CacheOptions, TokenCache, TokenEvent, TokenState } from './cache-options.ts'

/** A use is noted once in so long: a new record takes 0.3 µs, four times as long as all else that a request does here. */
const useNotedMs = 10
/** While 401s renew nothing, the source is looked at for another token so often at most. */
const lookEveryMs = 1_000

/**
 * A cache around a token source (design/promises 4): one token request at a time, expiry on two clocks, renewal in the
 * background before it, memory of failures, and dropping of tokens that CATAPA refuses. What it knows is a `State`, when
 * it does what says `schedule`; here are the timer, the token request under way and the promises of those who wait.
 */
export function cached(source: TokenSource, options: CacheOptions): TokenCache {
  const { clock, tokenWaitMs, report } = options
  const line = waitingLine()
  let state = initial(source, clock.now())
  let cancelTimer = () => {}
  let flight: Promise<unknown> | undefined // Never rejects.
  let lookedAt = Number.NEGATIVE_INFINITY

  function take({ state: next, event }: Step): void {
    state = next
    wake()
    if (event !== undefined) report(event)
  }

  /** Does what is due now, answers those whose wait is over, and sets the timer for what is due next. */
  function wake(): void {
    const now = clock.now()
    const { askAt, answerUpTo, retryInMs, lookAt } = schedule(state, now, options)
    cancelTimer()
    if (askAt <= now.mono) return void ask().catch(() => {}) // It wakes again.
    const first = line.answer(answerUpTo, (waiter) => answerTo(waiter, state, now, retryInMs))
    const next = served(state, first)
    if (next !== state) take({ state: next })
    else if (lookAt < Number.POSITIVE_INFINITY) cancelTimer = clock.after(lookAt - now.mono, wake)
  }

  /** One token request, in turn: one at a time, whoever wants it. @throws ProblemError when it brought no usable token */
  async function ask(other?: TokenSource): Promise<void> {
    while (flight !== undefined) await flight
    if (state.stopped) throw stopping.problem
    const from = other ?? state.source
    const request = (async () => from(state.rejected))().catch(failureOf)
    flight = request
    take({ state: began(state, from, clock.now()) })
    const outcome = await request
    flight = undefined
    const step = requestEnded(state, outcome, clock.now(), options)
    take(step)
    if (step.failure !== undefined) throw step.failure.problem
  }

  /** Waits for a token that the source has instead of a refused one, if there may be one. */
  async function look(refused: AccessToken): Promise<void> {
    const { instead } = state.source
    if (instead === undefined) return
    const at = clock.now()
    if (flight !== undefined || at.mono < lookedAt + lookEveryMs) return void (await flight)
    lookedAt = at.mono
    const request = instead(refused)
    flight = request
    take({ state: looked(state, refused, at) })
    const token = await request
    flight = undefined
    take(token === undefined ? { state: missed(state) } : requestEnded(found(state), token, clock.now(), options))
  }

  function current(): AccessToken | undefined {
    const now = clock.now()
    if (now.mono - state.usedAt >= useNotedMs) state = used(state, now)
    if (state.held !== undefined && remainingMs(state.held, now) > state.held.renewBeforeMs) return state.held.token
    const token = handOut(state, now, tokenWaitMs)
    if (token !== undefined && schedule(state, now, options).askAt <= now.mono) wake()
    return token
  }

  function reject(token: AccessToken): boolean {
    const step = rejected(state, token, clock.now())
    if (step !== undefined) take(step)
    return step !== undefined
  }

  async function get(refused?: AccessToken): Promise<AccessToken> {
    if (refused !== undefined && reject(refused) && state.held !== undefined) {
      await look(refused)
      if (state.held !== undefined && isSame(state.held.token, refused)) throw refusesFresh.problem
    }
    const ready = current()
    if (ready !== undefined) return ready
    const deadline = clock.now().mono + tokenWaitMs
    const outcome = line.join({ deadline, refused })
    take({ state: joined(state, deadline) })
    return outcome
  }

  return {
    current,
    get,
    reject,
    accepted(token) {
      state = accepted(state, token)
    },
    replace: ask,
    renew: shared(ask),
    startOver: () => take({ state: startedOver(state, clock.now()) }),
    state: () => shown(state, line.length(), clock.now(), options),
    start: wake,
    stop: () => take({ state: stopped(state) }),
  }
}

/** The promises of those who wait, in the order of their deadlines: all wait equally long. */
function waitingLine() {
  const line = new Set<TokenWaiter & { resolve: (token: AccessToken) => void; reject: (error: Error) => void }>()
  return {
    length: () => line.size,
    join(waiter: TokenWaiter): Promise<AccessToken> {
      return new Promise((resolve, reject) => {
        line.add({ ...waiter, resolve, reject })
      })
    },
    /** @returns the deadline of the first who waits on */
    answer(upTo: number, answerOf: (waiter: TokenWaiter) => AccessToken | Error): number | undefined {
      for (const waiter of line) {
        if (waiter.deadline > upTo) return waiter.deadline
        line.delete(waiter)
        const said = answerOf(waiter)
        if (said instanceof Error) waiter.reject(said)
        else waiter.resolve(said)
      }
      return undefined
    },
  }
}

/** Calls while one is under way share its outcome. */
function shared(act: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined
  return () => {
    underWay ??= act().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
