import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Section } from '../../callers/caller.ts'
import type { RequestRecord } from '../../log/request-record.ts'
import { statedPauseMs } from '../../network/retry-after.ts'
import type { Config } from '../../settings/config.ts'
import type { AccessToken } from '../../tokens/token-source.ts'
import type { AnswerHead } from '../exchange/answer.ts'
import type { Judged } from '../judging/judged.ts'
import { type Served, whileServed } from '../life/end-early.ts'
import { alarm } from './alarm.ts'
import { endPause, learn } from './learn.ts'
import { waitsOut } from './pause.ts'
import { logBegin, logEnd, type PauseLog } from './pause-log.ts'
import { refusalProblem } from './refusal-problem.ts'
import type { PlaceWait, Share, TokenWait, TurnedAway, Waiter } from './share.ts'
import { shareRegister } from './share-register.ts'
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
  /** Waits for a place and takes it. @throws ProblemError `overloaded`; what the wait was broken off with */
  turn(call: Call, seeking: Seeking): Promise<void>
  release(call: Call): void
  /** Waits for a token, `again`: after a 401. @throws ProblemError `overloaded`; what the source throws, or the wait was broken off with */
  awaitToken(call: Call, again: boolean, token: () => Promise<AccessToken>): Promise<AccessToken>
  /** How many wait, for a place or for a token. */
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

/** The shell around `turns.ts`: clock, timer and promises. */
export function fairPlaces(
  { upstreamConnections, queueTimeoutMs, holdMs, maxWaiting }: Settings,
  log: PauseLog,
): Places {
  const turns = newTurns(upstreamConnections, { queueTimeoutMs, holdMs })
  const shares = shareRegister()
  const clock = () => performance.now()
  const looking = alarm(() => look())

  const shareOf = (call: Call): Share => {
    call.share ??= shares.of(call.judged.caller?.name, call.request.socket)
    return call.share
  }

  /** Does all that is due by now, and sets the time of the next look. */
  function look(now = clock()): void {
    const ended = endPause(turns, now)
    if (ended !== undefined) logEnd(log, ended, now)
    for (const { waiter } of admitDue(turns, now)) waiter.go()
    // After those that go: no call whose turn it is pays for a timer that was late.
    for (const [{ waiter }, refusal] of expireLate(turns, now)) waiter.refuse(refusal)
    looking.in(nextLookMs(turns, now))
  }

  /** Makes room for another call, from the share with the most waiting. @returns why there is none, if so */
  function noRoom(share: Share, now: number): TurnedAway | undefined {
    if (inRoom(turns) < maxWaiting) return undefined
    const last = giveWay(turns, share)
    if (last === undefined) return turnAway(turns, share, 'room', now, true)
    last.waiter.refuse(turnAway(turns, last.share, 'room', now, false))
    return undefined
  }

  /** @throws ProblemError where waiting is in vain, or there is no room */
  function queue(call: Call, waiter: Waiter, seeking: Seeking): PlaceWait {
    const now = clock()
    const share = shareOf(call)
    const arriving = { share, waiter, ...seeking }
    const refusal = refuseIfFutile(turns, arriving, now) ?? noRoom(share, now)
    if (refusal !== undefined) throw refusalProblem(refusal)
    return arrive(turns, arriving, now)
  }

  function tryTake(call: Call): boolean {
    return take(turns, shareOf(call), clock)
  }

  return {
    take: tryTake,
    turn(call, seeking) {
      if (call.endedEarly !== undefined) return Promise.reject(call.endedEarly)
      return new Promise((resolve, reject) => {
        look()
        if (tryTake(call)) return resolve() // A pause was over.
        const settle = () => {
          call.underWay = undefined
          note(call.record, waiting)
        }
        const waiting = queue(
          call,
          {
            go() {
              settle()
              resolve()
            },
            refuse(refusal) {
              settle()
              reject(refusalProblem(refusal))
            },
          },
          seeking,
        )
        const end = (reason: Error) => {
          settle()
          leave(turns, waiting)
          reject(reason)
        }
        call.underWay = { end }
        look()
      })
    },
    release(call) {
      giveBack(turns, shareOf(call))
      if (turns.waiting > 0) look()
    },
    async awaitToken(call, again, token) {
      const now = clock()
      const share = shareOf(call)
      const refusal = noRoom(share, now)
      if (refusal !== undefined) throw refusalProblem(refusal)
      let wait: TokenWait | undefined
      const refuse = (why: TurnedAway) => {
        wait = undefined
        call.underWay?.end(refusalProblem(why))
      }
      wait = awaitToken(turns, { share, again, waiter: { refuse } }, now)
      try {
        return await whileServed(call, token())
      } finally {
        if (wait !== undefined) endTokenWait(turns, wait)
      }
    },
    waiting: () => inRoom(turns),
    pauseLeftMs: () => (turns.pause === undefined ? 0 : Math.max(0, turns.pause.until - clock())),
    learn(call, { status, rawHeaders }, mayWaitOut) {
      const may = status === 429 || status === 503
      if (!may && turns.limit === turns.capacity) return false
      const now = clock()
      look(now)
      const before = turns.pause
      const pauseMs = may ? statedPauseMs(rawHeaders, Date.now()) : undefined
      const gone = learn(turns, { status, sentAt: call.record.sentAt, pauseMs }, now)
      const { pause } = turns
      if (pause !== undefined && before === undefined) logBegin(log, pause, call)
      for (const [{ waiter }, refusal] of gone) waiter.refuse(refusal)
      look(now)
      const waits = { patient: mayWaitOut, since: now }
      return pauseMs !== undefined && pause !== undefined && waitsOut(waits, pause, turns.patience)
    },
    repeats() {
      turns.repeated += 1
    },
    useSections(sections) {
      const now = clock()
      shares.useSections(sections, now)
      look(now)
    },
    shown: () => showShares(turns, shares.all(), clock()),
    stop: looking.stop,
  }
}

/** Notes for the log line what the call has waited for, and how long. */
function note(record: RequestRecord, { why, since }: PlaceWait): void {
  record.waitedFor = why
  record.waitedMs = (record.waitedMs ?? 0) + performance.now() - since
}
