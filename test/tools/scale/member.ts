import {
  accepted,
  began,
  initial,
  joined,
  rejected,
  type State,
  type Step,
  served,
  used,
} from '../../../src/tokens/cache/cache-state.ts'
import type { NoToken } from '../../../src/tokens/cache/failures.ts'
import { remainingMs } from '../../../src/tokens/cache/held-token.ts'
import { landed } from '../../../src/tokens/cache/landing.ts'
import { handOut, schedule } from '../../../src/tokens/cache/schedule.ts'
import type { CacheOptions } from '../../../src/tokens/cache/token-cache.ts'
import { answerTo, type Waiter } from '../../../src/tokens/cache/waiters.ts'
import type { AccessToken, Instant, TokenSource } from '../../../src/tokens/token-source.ts'

export type Settings = Pick<CacheOptions, 'refreshMarginMs' | 'tokenWaitMs' | 'idleCheckMs' | 'random'> & {
  /** A use is noted once in so long, which saves a third of the time. */
  useNotedMs: number
}

/** One sidecar of the fleet. */
export type Member = {
  readonly id: number
  state: State
  readonly waiters: Waiter[]
  /** Calls that are under way to CATAPA, first sent first. `again`: after a 401. */
  readonly sent: Readonly<{ token: AccessToken; at: number; again: boolean }>[]
  /** Another source, to be tried once the token request under way has ended. */
  trial: TokenSource | undefined
  nextCallAt: number
  /** Calls before that are all like the last one: they are only counted. */
  alikeUntil: number
  alike: 'fine' | 'refused'
}

export function newMember(id: number, source: TokenSource, startsAt: number, callsFrom: number): Member {
  const state = initial(source, { mono: startsAt, wall: startsAt })
  return {
    ...{ id, state, waiters: [], sent: [], trial: undefined, nextCallAt: callsFrom, alikeUntil: 0, alike: 'fine' },
  }
}

/** What a member does to its surroundings. */
export type Surroundings = {
  now(): Instant
  /** A token request, or what stands for one where a token is shared; `land` is called with what it brings. */
  asks(member: Member, from: TokenSource, rejected: AccessToken | undefined): void
  looks(member: Member, at: number): void
  answers(member: Member, waiter: Waiter, said: AccessToken | Error): void
}

/**
 * The cache without timers and promises: the product's reducers and schedule, put together as `cached` does, on the clock
 * of the surroundings.
 */
export function tokenKeeping(settings: Settings, { now, asks, looks, answers }: Surroundings) {
  const { tokenWaitMs, useNotedMs } = settings

  function take(member: Member, { state }: Pick<Step, 'state'>): void {
    member.state = state
    wake(member)
  }

  function wake(member: Member): void {
    const at = now()
    const { waiters } = member
    const { askAt, answerUpTo, retryInMs, lookAt } = schedule(member.state, at, settings)
    if (askAt <= at.mono) return void ask(member, member.state.source)
    for (let first = waiters[0]; first !== undefined && first.deadline <= answerUpTo; first = waiters[0]) {
      waiters.shift()
      answers(member, first, answerTo(first, member.state, at, retryInMs))
    }
    const next = served(member.state, waiters[0]?.deadline)
    if (next !== member.state) return void take(member, { state: next })
    // Both clocks run alike here, so between two looks nothing changes of itself.
    looks(member, waiters.length > 0 ? lookAt : askAt)
  }

  function ask(member: Member, from: TokenSource): void {
    const { rejected: of } = member.state
    take(member, { state: began(member.state, from, now()) })
    asks(member, from, of)
  }

  function tried(member: Member): void {
    const { trial } = member
    if (trial === undefined || member.state.flight !== undefined) return
    member.trial = undefined
    ask(member, trial)
  }

  function reject(member: Member, token: AccessToken): boolean {
    const step = rejected(member.state, token, now())
    if (step !== undefined) take(member, step)
    return step !== undefined
  }

  return {
    wake,
    reject,
    land(member: Member, outcome: AccessToken | NoToken): void {
      take(member, landed(member.state, outcome, now(), settings))
      tried(member)
    },
    /** Other credentials were found. */
    replace(member: Member, source: TokenSource): void {
      member.trial = source
      tried(member)
    },
    accept(member: Member, token: AccessToken): void {
      member.state = accepted(member.state, token)
    },
    /** Calls that are only counted have used the token, the last one then. */
    wasUsed(member: Member, mono: number): void {
      if (mono - member.state.usedAt >= useNotedMs) member.state = used(member.state, { mono, wall: mono })
    },
    /** A token at once, or the wait for one. @param refused by CATAPA: another one is wanted */
    get(member: Member, refused: AccessToken | undefined): AccessToken | undefined {
      const at = now()
      if (at.mono - member.state.usedAt >= useNotedMs) member.state = used(member.state, at)
      const { held } = member.state
      if (held !== undefined && remainingMs(held, at) > held.renewBeforeMs) return held.token
      const token = handOut(member.state, at, tokenWaitMs)
      if (token === undefined) {
        const deadline = at.mono + tokenWaitMs
        member.waiters.push({ deadline, refused })
        take(member, { state: joined(member.state, deadline) })
      } else if (schedule(member.state, at, settings).askAt <= at.mono) wake(member)
      return token
    },
  }
}
