import assert from 'node:assert/strict'
import type { Instant } from '../../../src/time.ts'
import type { CacheOptions, TokenEvent } from '../../../src/tokens/cache/cache-options.ts'
import {
  accepted,
  began,
  initial,
  joined,
  rejected,
  type State,
  type Step,
  served,
  startedOver,
  stopped,
  used,
} from '../../../src/tokens/cache/cache-state.ts'
import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import { remainingMs } from '../../../src/tokens/cache/held-token.ts'
import { requestEnded } from '../../../src/tokens/cache/request-ended.ts'
import { handOut, schedule } from '../../../src/tokens/cache/schedule.ts'
import { answerTo, type TokenWaiter } from '../../../src/tokens/cache/waiters.ts'
import type { AccessToken, TokenSource } from '../../../src/tokens/token-source.ts'

export type Settings = Pick<CacheOptions, 'refreshMarginMs' | 'tokenWaitMs' | 'idleCheckMs' | 'random'>

/** What an endpoint does with a request: what comes back, and when. */
export type Reply = { takesMs: number; outcome(receivedAtMono: number): AccessToken | NoToken }

/** Who looks on. */
export type Observer = {
  asks(byHand: boolean, source: TokenSource, now: Instant): Reply
  cameBack(outcome: AccessToken | NoToken, now: Instant): void
  tells(event: TokenEvent, now: Instant): void
  answers(waiter: TokenWaiter, said: AccessToken | Error, now: Instant): void
}

/** What changes without a wake is noticed so late. */
const lookAgainMs = 60_000

/**
 * The cache without timers and promises: its reducers and its schedule on a virtual clock, put together as `cached`
 * does.
 */
export function cacheWorld(source: TokenSource, settings: Settings, observer: Observer) {
  let mono = 4_321.5
  let wall = 1_800_000_000_123
  const now = () => ({ mono, wall })
  let state: State = initial(source, now())
  const waiters: TokenWaiter[] = []
  let reply: Reply | undefined
  let landsAt = Number.POSITIVE_INFINITY
  let looksAt = Number.POSITIVE_INFINITY
  const byHand: (TokenSource | undefined)[] = []
  let unnoticed = false

  function take({ state: next, event }: Step): void {
    state = next
    wake()
    if (event !== undefined) observer.tells(event, now())
  }

  function wake(): void {
    const at = now()
    unnoticed = false
    const { askAt, answerUpTo, retryInMs, lookAt } = schedule(state, at, settings)
    if (askAt <= mono) {
      ask(false, state.source)
      return
    }
    for (let first = waiters[0]; first !== undefined && first.deadline <= answerUpTo; first = waiters[0]) {
      waiters.shift()
      observer.answers(first, answerTo(first, state, at, retryInMs), at)
    }
    const next = served(state, waiters[0]?.deadline)
    if (next !== state) take({ state: next })
    // Between two looks nothing changes of itself: where only the endpoint is waited for, they are left out.
    else looksAt = waiters.length > 0 ? lookAt : askAt
  }

  function ask(hand: boolean, from: TokenSource): void {
    const at = now()
    reply = observer.asks(hand, from, at)
    landsAt = mono + reply.takesMs
    take({ state: began(state, from, at) })
  }

  function land(): void {
    const outcome = reply?.outcome(mono)
    reply = undefined
    landsAt = Number.POSITIVE_INFINITY
    if (outcome === undefined) return
    const at = now()
    const step = requestEnded(state, outcome, at, settings)
    observer.cameBack(outcome, at)
    take(step)
    askByHand()
  }

  function askByHand(): void {
    if (reply !== undefined || byHand.length === 0) return
    const from = byHand.shift()
    if (!state.stopped) ask(true, from ?? state.source)
  }

  function advance(ms: number): void {
    const end = mono + ms
    for (let looks = 0; ; looks++) {
      assert.ok(looks < 10_000, 'it looks again and again')
      const next = Math.min(landsAt, looksAt)
      if (next > end) break
      wall += Math.max(0, next - mono)
      mono = Math.max(mono, next)
      if (landsAt <= mono) land()
      else wake()
    }
    wall += end - mono
    mono = end
  }

  return {
    now,
    state: () => state,
    waiters: (): readonly TokenWaiter[] => waiters,
    landsAt: () => landsAt,
    looksAt: () => looksAt,
    /** A jump of the clock is. */
    unnoticed: () => unnoticed,
    wake,
    advance,
    /** What a request gets at once. */
    current(): AccessToken | undefined {
      const at = now()
      if (mono > state.usedAt) state = used(state, at)
      looksAt = Math.min(looksAt, mono + lookAgainMs)
      const token = handOut(state, at, settings.tokenWaitMs)
      const due = state.held !== undefined && remainingMs(state.held, at) <= state.held.renewBeforeMs
      if (token !== undefined && due && schedule(state, at, settings).askAt <= mono) wake()
      return token
    },
    join(refused: AccessToken | undefined): void {
      const waiter = { deadline: mono + settings.tokenWaitMs, refused }
      waiters.push(waiter)
      take({ state: joined(state, waiter.deadline) })
    },
    reject(token: AccessToken): boolean {
      const step = rejected(state, token, now())
      if (step !== undefined) take(step)
      return step !== undefined
    },
    accept(token: AccessToken): void {
      state = accepted(state, token)
    },
    /** The source in use, or another one. */
    askByHand(from: TokenSource | undefined): void {
      byHand.push(from)
      askByHand()
    },
    startOver: () => take({ state: startedOver(state, now()) }),
    stop: () => take({ state: stopped(state) }),
    /** A clock that is set, or a machine that sleeps: noticed with the next look, after a minute at most. */
    jump(ms: number): void {
      wall += ms
      unnoticed = true
      looksAt = Math.min(looksAt, mono + lookAgainMs)
    },
  }
}
