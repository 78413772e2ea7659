import type { Limits } from '../../callers/restrictions.ts'
import { newQueue, type Queue } from './queue.ts'

/**
 * The part that a caller has of the places (design/promises 10.1): each name of the callers file has one; callers without a name
 * have one for each listener that they came by. Moments are in ms on the monotonic clock.
 */
export type Share = Queue<PlaceWait> & {
  /** The caller's name, or the address of the listener. */
  readonly name: string
  readonly by: 'name' | 'listener'
  limits: Limits
  /** Whether it has any; without limits the clock is not read. */
  limited: boolean
  inFlight: number
  /** Which turn of all its last one was; 0 before the first. */
  turn: number
  /** When its `rate` has nothing to make up for any more: the later, the more it has used up. */
  settledAt: number
  /** Those of it that wait for a token; the share itself is the queue of those that wait for a place. */
  readonly forToken: Queue<TokenWait>
  /** When the last one that had waited got its place, or the first of them began to wait. */
  pacedAt: number
  /** How long it has taken of late until the next one got a place; undefined while nobody knows. */
  paceMs: number | undefined
}

export function newShare(name: string, by: Share['by'], limits: Limits): Share {
  const queues = { ...newQueue<PlaceWait>(), forToken: newQueue<TokenWait>() }
  const past = { inFlight: 0, turn: 0, settledAt: 0, pacedAt: 0, paceMs: undefined }
  return { name, by, limits, limited: isLimited(limits), ...queues, ...past }
}

export function isLimited({ maxInFlight, rate }: Limits): boolean {
  return maxInFlight !== undefined || rate !== undefined
}

/** A place; the caller's own `rate` or `max-in-flight`; the end of a pause. */
export type WaitsFor = 'places' | 'rate' | 'max-in-flight' | 'hold'

/** `room`: more than SIDECAR_MAX_WAITING would wait. */
export type TurnedAwayFor = WaitsFor | 'room'

/** Why a call does not wait, or does no longer, and when it makes sense to come again. */
export type TurnedAway = Readonly<{
  share: Share
  /** `room`: too many wait, and `most` of them are of this share. */
  why: TurnedAwayFor
  /** It never waited: it would have been in vain. */
  atOnce: boolean
  /** Fewer places than configured may be in use, since CATAPA has answered 429. */
  halved: boolean
  retryAfterMs: number
}>

/** How a wait ends for the waiting call; the state never calls it. */
export type Waiter = {
  go(): void
  refuse(refusal: TurnedAway): void
}

/** A call that asks for a place. */
export type Arriving = Readonly<{
  share: Share
  waiter: Waiter
  /** It only reads, and may wait until a pause is over. */
  patient: boolean
  /** It has had a place before, and stands before those that have not. */
  again: boolean
}>

/** A call that waits for a place. */
export type PlaceWait = Arriving & {
  readonly since: number
  /** When it will have waited enough. */
  readonly until: number
  /** The reason of its wait, for its log line. */
  why: WaitsFor
  before: PlaceWait | undefined
  after: PlaceWait | undefined
}

/** A call that waits for a token. */
export type TokenWait = Pick<PlaceWait, 'share' | 'again' | 'since'> & {
  readonly waiter: Pick<Waiter, 'refuse'>
  before: TokenWait | undefined
  after: TokenWait | undefined
}
