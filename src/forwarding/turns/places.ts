import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Section } from '../../callers/caller.ts'
import type { RequestRecord } from '../../log/request-record.ts'
import { statedPauseMs } from '../../network/retry-after.ts'
import type { Config } from '../../settings/config.ts'
import type { AnswerHead } from '../exchange/answer.ts'
import type { Judged } from '../judging/judged.ts'
import { type Served, whileServed } from '../life/end-early.ts'
import { type Alarm, alarm } from './alarm.ts'
import { endPause, learn } from './learn.ts'
import { waitsOut } from './pause.ts'
import { logBegin, logEnd, type PauseLog } from './pause-log.ts'
import { refusalProblem } from './refusal-problem.ts'
import type { PlaceWait, Share, TokenWait, TurnedAway, Waiter } from './share.ts'
import { type ShareRegister, shareRegister } from './share-register.ts'
import { type SharesShown, showShares } from './shown-shares.ts'
import {
  admitDue,
  arrive,
  expireLate,
  giveBack,
  leave,
  newTurns,
  nextLookMs,
  refuseIfFutile,
  type Turns,
  take,
  turnAway,
} from './turns.ts'
import { awaitToken, endTokenWait, giveWay, inRoom } from './waiting-room.ts'

/** A call, as far as places are concerned. */
type Call = Served & {
  readonly id: string
  readonly request: Pick<IncomingMessage, 'socket'>
  readonly record: RequestRecord
  readonly judged: Pick<Judged, 'caller'>
  /** Whose share of the places it is sent with, once that has been asked. */
  share: Share | undefined
}

/** Places on the connections to CATAPA, the turns of waiting calls, and the room that they take (design/promises 10). */
export type Places = {
  /** Takes a place, if nothing stands against it. */
  take(call: Call): boolean
  /** Waits for a place and takes it. @throws ProblemError `overloaded`; the reason of an early end */
  turn(call: Call, seeking: Seeking): Promise<void>
  release(call: Call): void
  /** Waits for a token, `again`: after a 401; or for an earlier write. @throws ProblemError `overloaded`; the error of `work`; the reason of an early end */
  waitFor<T>(call: Call, again: boolean, work: () => Promise<T>): Promise<T>
  /** Whose share a call's place is of. */
  shareOf(call: Call): Share
  /** How many wait, for a place, for a token or for an earlier write. */
  waiting(): number
  /** For how long nothing is to be sent, since CATAPA has asked for a pause; 0: it has not. */
  pauseLeftMs(): number
  /** Takes in an answer of CATAPA's. @returns whether the call waits for the end of the pause that the answer asks for */
  learn(call: Call, head: AnswerHead, mayWaitOut: boolean): boolean
  /** A call is sent once more, after a pause. */
  repeats(): void
  /** The callers file has these sections from now on. */
  useSections(sections: readonly Section[]): void
  shown(): SharesShown
  stop(): void
}

/** How a call asks for a place. `patient`: it only reads, and so may wait for the end of a pause. `again`: it has had a place before. */
type Seeking = Readonly<{ patient: boolean; again: boolean }>

type Settings = Pick<Config, 'upstreamConnections' | 'queueTimeoutMs' | 'holdMs' | 'maxWaiting'>

/** Shared by the functions below. */
type Keeper = Readonly<{ turns: Turns; shares: ShareRegister; maxWaiting: number; alarm: Alarm; log: PauseLog }>

const clock = () => performance.now()

/** The shell around `turns.ts`: clock, timer and promises. */
export function fairPlaces(
  { upstreamConnections, queueTimeoutMs, holdMs, maxWaiting }: Settings,
  log: PauseLog,
): Places {
  const turns = newTurns(upstreamConnections, { queueTimeoutMs, holdMs })
  const shares = shareRegister()
  const keeper: Keeper = { turns, shares, maxWaiting, alarm: alarm(() => look(keeper)), log }
  return {
    take: (call) => tryTake(keeper, call),
    turn: (call, seeking) => waitForTurn(keeper, call, seeking),
    release(call) {
      giveBack(turns, shareOf(keeper, call))
      if (turns.waiting > 0) look(keeper)
    },
    waitFor: (call, again, work) => waitInRoom(keeper, call, again, work),
    shareOf: (call) => shareOf(keeper, call),
    waiting: () => inRoom(turns),
    pauseLeftMs: () => (turns.pause === undefined ? 0 : Math.max(0, turns.pause.until - clock())),
    learn: (call, head, mayWaitOut) => learnFrom(keeper, call, head, mayWaitOut),
    repeats() {
      turns.repeated += 1
    },
    useSections(sections) {
      const now = clock()
      shares.useSections(sections, now)
      look(keeper, now)
    },
    shown: () => showShares(turns, shares.all(), clock()),
    stop: keeper.alarm.stop,
  }
}

function shareOf({ shares }: Keeper, call: Call): Share {
  call.share ??= shares.of(call.judged.caller?.name, call.request.socket)
  return call.share
}

/** Does all that is due by now, and sets the time of the next look. */
function look({ turns, alarm, log }: Keeper, now = clock()): void {
  const ended = endPause(turns, now)
  if (ended !== undefined) logEnd(log, ended, now)
  for (const { waiter } of admitDue(turns, now)) waiter.go()
  // After those that go: no call whose turn it is pays for a timer that was late.
  for (const [{ waiter }, refusal] of expireLate(turns, now)) waiter.refuse(refusal)
  alarm.in(nextLookMs(turns, now))
}

function tryTake(keeper: Keeper, call: Call): boolean {
  return take(keeper.turns, shareOf(keeper, call), clock)
}

/** Makes room for another call, from the share with the most waiting. @returns why there is none, if so */
function noRoom({ turns, maxWaiting }: Keeper, share: Share, now: number): TurnedAway | undefined {
  if (inRoom(turns) < maxWaiting) return undefined
  const last = giveWay(turns, share)
  if (last === undefined) return turnAway(turns, share, 'room', now, true)
  last.waiter.refuse(turnAway(turns, last.share, 'room', now, false))
  return undefined
}

function waitForTurn(keeper: Keeper, call: Call, seeking: Seeking): Promise<void> {
  if (call.endedEarly !== undefined) return Promise.reject(call.endedEarly)
  return new Promise((resolve, reject) => {
    look(keeper)
    if (tryTake(keeper, call)) return resolve() // A pause was over.
    const settle = () => {
      call.underWay = undefined
      note(call.record, waiting)
    }
    const waiter = {
      go() {
        settle()
        resolve()
      },
      refuse(refusal: TurnedAway) {
        settle()
        reject(refusalProblem(refusal))
      },
    }
    const waiting = queue(keeper, call, waiter, seeking)
    const end = (reason: Error) => {
      settle()
      leave(keeper.turns, waiting)
      reject(reason)
    }
    call.underWay = { end }
    look(keeper)
  })
}

/** @throws ProblemError where waiting is in vain, or there is no room */
function queue(keeper: Keeper, call: Call, waiter: Waiter, seeking: Seeking): PlaceWait {
  const now = clock()
  const share = shareOf(keeper, call)
  const arriving = { share, waiter, ...seeking }
  const refusal = refuseIfFutile(keeper.turns, arriving, now) ?? noRoom(keeper, share, now)
  if (refusal !== undefined) throw refusalProblem(refusal)
  return arrive(keeper.turns, arriving, now)
}

async function waitInRoom<T>(keeper: Keeper, call: Call, again: boolean, work: () => Promise<T>): Promise<T> {
  const { turns } = keeper
  const now = clock()
  const share = shareOf(keeper, call)
  const refusal = noRoom(keeper, share, now)
  if (refusal !== undefined) throw refusalProblem(refusal)
  let wait: TokenWait | undefined
  const refuse = (why: TurnedAway) => {
    wait = undefined
    call.underWay?.end(refusalProblem(why))
  }
  wait = awaitToken(turns, { share, again, waiter: { refuse } }, now)
  try {
    return await whileServed(call, work())
  } finally {
    if (wait !== undefined) endTokenWait(turns, wait)
  }
}

function learnFrom(keeper: Keeper, call: Call, { status, rawHeaders }: AnswerHead, mayWaitOut: boolean): boolean {
  const { turns, log } = keeper
  const may = status === 429 || status === 503
  if (!may && turns.limit === turns.capacity) return false
  const now = clock()
  look(keeper, now)
  const before = turns.pause
  const pauseMs = may ? statedPauseMs(rawHeaders, Date.now()) : undefined
  const gone = learn(turns, { status, sentAt: call.record.sentAt, pauseMs }, now)
  const { pause } = turns
  if (pause !== undefined && before === undefined) logBegin(log, pause, call)
  for (const [{ waiter }, refusal] of gone) waiter.refuse(refusal)
  look(keeper, now)
  const waits = { patient: mayWaitOut, since: now }
  return pauseMs !== undefined && pause !== undefined && waitsOut(waits, pause, turns.patience)
}

/** Notes for the log line what the call has waited for, and how long. */
function note(record: RequestRecord, { why, since }: PlaceWait): void {
  const now = clock()
  record.waitedFor = why
  record.waitedMs = (record.waitedMs ?? 0) + now - since
  record.trace?.sampled?.steps.push({ is: 'wait', for: why, at: since, until: now })
}
