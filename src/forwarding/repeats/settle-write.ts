import { performance } from 'node:perf_hooks'
import type { KeptAnswer } from '../exchange/answer.ts'
import { isAtUpstream } from '../life/life.ts'
import { knownWrite } from './admit.ts'
import { watchDelivery } from './deliveries.ts'
import { count, type GuardState } from './guard-state.ts'
import {
  add,
  decide,
  deliver,
  expire,
  forget,
  forgetOldest,
  type KnownWrite,
  outcomeOf,
  settle,
  writesLike,
} from './known-writes.ts'
import { steadyNow } from './steady-now.ts'
import { storedAnswer } from './stored-answer.ts'
import { twoTurns } from './two-turns.ts'
import { type GuardedCall, isWhole, type WriteOfCall } from './write-of-call.ts'

/** Hears whether CATAPA's answer arrived; undefined where there is none to arrive. */
export type TellDelivery = (delivered: 'yes' | 'no' | undefined) => void

/** Whether a call whose caller leaves now is carried to its end: CATAPA has all of it, or may have. It counts as carried then. */
export function carry({ carried }: GuardState, call: GuardedCall): boolean {
  const { write, life, record, request } = call
  if (write?.known === undefined || write.mode === 'watch' || record.reached === 'no') return false
  if (!isAtUpstream(life.phase) || life.phase === 'passing') return false
  if (!isWhole(call) && !request.complete) return false
  write.known.stage = { is: 'under way', callerGone: true }
  carried.set(write.origin, (carried.get(write.origin) ?? 0) + 1)
  return true
}

/** A carried write has ended. */
export function endCarried({ carried }: GuardState, { origin }: WriteOfCall): void {
  const left = (carried.get(origin) ?? 1) - 1
  if (left === 0) carried.delete(origin)
  else carried.set(origin, left)
}

/**
 * Nothing more is sent for a write, and its answer, if there is one, has not been passed on.
 *
 * @returns whether its caller is still there to be answered
 */
export async function settleWrite(state: GuardState, call: GuardedCall, write: WriteOfCall): Promise<boolean> {
  const { record } = call
  const { known } = write
  const kept = wholeAnswer(call)
  state.gatheredBytes -= write.gatheredBytes
  write.gatheredBytes = 0
  if (kept !== undefined && write.mode === 'guard') await twoTurns()
  const stands = !hasGone(call)
  if (write.mode === 'watch') watch(state, call, write)
  else if (known !== undefined) {
    const outcome = outcomeOf(record.reached, write.status)
    const answer = outcome.is === 'answered' && kept !== undefined ? storedAnswer(kept) : undefined
    settle(state.guarded, known, outcome, { answer, stood: stands, now: steadyNow() })
  }
  write.settled = true
  write.closed?.()
  return stands
}

/** An answer that broke off is none. */
function wholeAnswer({ life, kept }: GuardedCall): KeptAnswer | undefined {
  return life.phase === 'over' && life.end.as !== 'failed' ? kept : undefined
}

/** Counts a repeat that nothing was done about, where all of its body has been seen. */
function watch(state: GuardState, call: GuardedCall, write: WriteOfCall): void {
  const { watched } = state
  const { record, request } = call
  if (!isWhole(call) && !request.complete) return
  const now = steadyNow()
  const began = now - (performance.now() - record.beganAt)
  const own = knownWrite(write, true)
  expire(watched, now)
  const before = writesLike(watched, own.same).filter(({ stage }) => stage.is !== 'under way' && stage.at <= began)
  const decision = decide(before, own)
  if (decision.what !== 'send') {
    write.repeatOf = decision.earlier
    count(state, write, 'watched')
  }
  write.known = own
  add(watched, own)
  settle(watched, own, outcomeOf(record.reached, write.status), { answer: undefined, stood: !hasGone(call), now })
  forgetOldest(watched)
}

/**
 * The answer to a write, or to a repeat, has left, or its caller has: tells whether CATAPA's answer arrived, once that shows.
 *
 * @param over hears it then; at once where there is no answer of CATAPA's
 */
export function afterAnswer(state: GuardState, call: GuardedCall, write: WriteOfCall, over: TellDelivery): void {
  if (!write.settled) {
    write.closed = () => afterAnswer(state, call, write, over)
    return
  }
  const { request, response, record } = call
  const about = write.known ?? write.given
  if (about === undefined || about.stage.is !== 'answered') {
    over(undefined)
    return
  }
  const left = record.fromUpstream && response.writableFinished && !record.cut
  const tell = write.mode === 'guard' ? tellGuarded(state, about, over) : tellWatched(state, about, write, over)
  watchDelivery(state.deliveries, request.socket, left, tell)
}

/** These two stand by themselves so that they keep nothing of the call alive. */
function tellGuarded({ guarded }: GuardState, about: KnownWrite, over: TellDelivery): TellDelivery {
  return (delivered = 'no') => {
    about.claimed = false
    deliver(guarded, about, delivered)
    over(delivered)
  }
}

function tellWatched(
  { watched }: GuardState,
  about: KnownWrite,
  { repeatOf }: WriteOfCall,
  over: TellDelivery,
): TellDelivery {
  return (delivered = 'no') => {
    deliver(watched, about, delivered)
    if (repeatOf !== undefined && delivered === 'yes') forget(watched, repeatOf)
    over(undefined)
  }
}

function hasGone({ request: { socket }, response }: GuardedCall): boolean {
  return response.destroyed || socket.destroyed || socket.readableEnded
}
