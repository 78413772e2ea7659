import type { Instant } from '../../time.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'
import type { TokenEvent } from './cache-options.ts'
import type { NoToken, Remembered } from './failures.ts'
import { type Fleeting, type Held, isSame, remainingMs } from './held-token.ts'
import { counted, isPaused, noRejections, type Rejections, resumed } from './rejections.ts'

/** All that the cache knows (design/promises 4). Numbers that are instants are on the monotonic clock. */
export type State = Readonly<{
  /** The source of the tokens in use; never called here. */
  source: TokenSource
  held: Held | undefined
  /** The token request under way. One without a source began before the cache started over, and its outcome is ignored. */
  flight: Readonly<{ source: TokenSource | undefined; at: number; rejected: AccessToken | undefined }> | undefined
  /** The token that has just come, for the requests that waited for it. */
  offered: AccessToken | undefined
  /** The token dropped because CATAPA refused it, until there is another one. */
  rejected: AccessToken | undefined
  /** The last token, if its lifetime was ≤ 0: then the endpoint is asked only while a request waits. */
  fleeting: Fleeting | undefined
  failure: Remembered | undefined
  rejections: Rejections
  usedAt: number
  /** When the endpoint last judged the credentials. */
  provenAt: number
  requests: number
  /** The deadlines of the first and the last request that waits. */
  waiting: Readonly<{ first: number; last: number }> | undefined
  stopped: boolean
}>

/** The outcome of an event: the new state, an event to log, and a failure to throw. */
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

/** The longest waiting requests were answered; `first` is the deadline of the next one, if there is one. */
export function served(state: State, first: number | undefined): State {
  const { waiting, offered } = state
  if (waiting?.first === first && offered === undefined) return state
  const others = first === undefined || waiting === undefined ? undefined : { ...waiting, first }
  return { ...state, waiting: others, offered: undefined }
}

/** A token request is sent; one to another source than the one in use is a trial of it. */
export function began(state: State, source: TokenSource, { mono }: Instant): State {
  const flight = { source, at: mono, rejected: state.rejected }
  return { ...state, flight, requests: state.requests + 1 }
}

/** CATAPA answered 401 to a token. If it is the current one it is dropped, unless 401s may not renew at the moment. */
export function rejected(state: State, token: AccessToken, now: Instant): Step | undefined {
  const { held, rejections: before } = state
  if (held === undefined || !isSame(held.token, token)) return undefined
  const { rejections, renewing } = counted(before, held.doubtful, now.mono)
  const pauses = !isPaused(before, now.mono) && isPaused(rejections, now.mono)
  return {
    state: renewing
      ? { ...state, rejections, held: undefined, rejected: token }
      : { ...state, rejections, held: { ...held, doubtful: false } }, // After the pause its next 401 renews.
    // A pause is logged once, not with every 401.
    event: renewing || pauses ? { type: 'rejected', remainingMs: remainingMs(held, now), renewing } : undefined,
  }
}

/** While 401s may not renew, the source is asked for a token that it has `instead` of the refused one. */
export function looked(state: State, refused: AccessToken, { mono }: Instant): State {
  return { ...state, flight: { source: state.source, at: mono, rejected: refused } }
}

/** The source has no other token. */
export const missed = (state: State): State => ({ ...state, flight: undefined })

/** The source has another token, and the request under way will end with it. So the fault was the token's. */
export function found(state: State): State {
  return { ...state, requests: state.requests + 1, rejections: resumed(state.rejections) }
}

/** CATAPA answered something else than 401 to a token. */
export function accepted(state: State, token: AccessToken): State {
  const { held } = state
  if (held?.doubtful !== true || !isSame(held.token, token)) return state
  return { ...state, held: { ...held, doubtful: false } }
}

/** Another source gave a token, so it works. Failures and rejections of the one before are forgotten. */
export const replaced = (state: State, source: TokenSource): State => ({ ...state, source, ...nothingLearnt })

/** Another person logged in, or nobody is logged in: counts as a use, so that the new login is tried at once. */
export function startedOver(state: State, { mono }: Instant): State {
  const flight = state.flight && { ...state.flight, source: undefined }
  return { ...state, ...nothingKnown, ...nothingLearnt, flight, usedAt: mono }
}

export const stopped = (state: State): State => ({ ...state, stopped: true })
