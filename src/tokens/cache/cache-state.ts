import type { Instant } from '../../time.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'
import type { TokenEvent } from './cache-options.ts'
import type { NoToken, Remembered } from './failures.ts'
import { type Fleeting, type Held, isSame, remainingMs } from './held-token.ts'
import { counted, isPaused, noRejections, type Rejections, resumed } from './rejections.ts'

/** All that the cache knows (design/promises 4). Numbers that are moments are on the monotonic clock. */
export type State = Readonly<{
  /** Whose tokens are in use; never called here. */
  source: TokenSource
  held: Held | undefined
  /** The token request under way. One without a source is from before the cache started over: it has nothing to say. */
  flight: Readonly<{ source: TokenSource | undefined; at: number; rejected: AccessToken | undefined }> | undefined
  /** The token that has just come, for those who have waited for it. */
  offered: AccessToken | undefined
  /** The token that was dropped because CATAPA refused it, until another one is there. */
  rejected: AccessToken | undefined
  /** The last token, if its lifetime was ≤ 0: then it is asked for only when somebody waits. */
  fleeting: Fleeting | undefined
  failure: Remembered | undefined
  rejections: Rejections
  usedAt: number
  /** When the endpoint has last judged the credentials. */
  provenAt: number
  requests: number
  /** When the first and the last of those who wait will have waited enough. */
  waiting: Readonly<{ first: number; last: number }> | undefined
  stopped: boolean
}>

/** What an event brings: what is told of it, and the failure that is thrown to whoever caused it. */
export type Step = Readonly<{ state: State; event?: TokenEvent | undefined; failure?: NoToken | undefined }>

const nothingKnown = { held: undefined, rejected: undefined, fleeting: undefined }
const nothingLearnt = { failure: undefined, rejections: noRejections }
const nothingUnderWay = { flight: undefined, offered: undefined, waiting: undefined }

export function initial(source: TokenSource, { mono }: Instant): State {
  const beginning = { usedAt: mono, provenAt: mono, requests: 0, stopped: false }
  return { source, ...nothingKnown, ...nothingLearnt, ...nothingUnderWay, ...beginning }
}

/** A request wants a token. */
export const used = (state: State, { mono }: Instant): State => ({ ...state, usedAt: mono })

/** A request waits for a token. */
export function joined(state: State, deadline: number): State {
  return { ...state, waiting: { first: state.waiting?.first ?? deadline, last: deadline } }
}

/** Those who waited longest do no more; `first` is when the next one will have waited enough, if there is one. */
export function served(state: State, first: number | undefined): State {
  const { waiting, offered } = state
  if (waiting?.first === first && offered === undefined) return state
  const others = first === undefined || waiting === undefined ? undefined : { ...waiting, first }
  return { ...state, waiting: others, offered: undefined }
}

/** A token request is sent: where the source is not the one in use, to see whether that works. */
export function began(state: State, source: TokenSource, { mono }: Instant): State {
  const flight = { source, at: mono, rejected: state.rejected }
  return { ...state, flight, requests: state.requests + 1 }
}

/** CATAPA answered 401 to a token. The one that is held is dropped, unless 401s are not to renew anything now. */
export function rejected(state: State, token: AccessToken, now: Instant): Step | undefined {
  const { held, rejections: before } = state
  if (held === undefined || !isSame(held.token, token)) return undefined
  const { rejections, renewing } = counted(before, held.doubtful, now.mono)
  const pauses = !isPaused(before, now.mono) && isPaused(rejections, now.mono)
  return {
    state: renewing
      ? { ...state, rejections, held: undefined, rejected: token }
      : { ...state, rejections, held: { ...held, doubtful: false } }, // After the pause its next 401 renews.
    // A pause is told once, not with every 401.
    event: renewing || pauses ? { type: 'rejected', remainingMs: remainingMs(held, now), renewing } : undefined,
  }
}

/** 401s are not to renew anything now: the source is looked at for a token that it has `instead` of the refused one. */
export function looked(state: State, refused: AccessToken, { mono }: Instant): State {
  return { ...state, flight: { source: state.source, at: mono, rejected: refused } }
}

/** It has none. */
export const missed = (state: State): State => ({ ...state, flight: undefined })

/** It has one, with which the token request under way ends: what was wrong was the token. */
export function found(state: State): State {
  return { ...state, requests: state.requests + 1, rejections: resumed(state.rejections) }
}

/** CATAPA answered something else than 401 to a token. */
export function accepted(state: State, token: AccessToken): State {
  const { held } = state
  if (held?.doubtful !== true || !isSame(held.token, token)) return state
  return { ...state, held: { ...held, doubtful: false } }
}

/** Another source was given a token: it works, and what was learnt is of the one before. */
export const replaced = (state: State, source: TokenSource): State => ({ ...state, source, ...nothingLearnt })

/** Another person, or nobody any more: it shall be known at once whether the other login works. */
export function startedOver(state: State, { mono }: Instant): State {
  const flight = state.flight && { ...state.flight, source: undefined }
  return { ...state, ...nothingKnown, ...nothingLearnt, flight, usedAt: mono }
}

export const stopped = (state: State): State => ({ ...state, stopped: true })
