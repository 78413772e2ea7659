import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Section } from '../../callers/caller.ts'
import type { RequestRecord } from '../../log/request-record.ts'
import { statedPauseMs } from '../../network/retry-after.ts'
import type { Config } from '../../settings/config.ts'
import type { AccessToken } from '../../tokens/token-source.ts'
import type { AnswerHead } from '../exchange/answer.ts'
import { type Served, whileServed } from '../life/end-early.ts'
import { alarm } from './alarm.ts'
import { answered, over } from './learn.ts'
import { waitsOut } from './pause.ts'
import { type HoldLog, tellBegin, tellEnd } from './pause-log.ts'
import { refusalProblem } from './refusal-problem.ts'
import type { Refusal, Share, TokenWait, Waiter, Waiting } from './share.ts'
import { shareRegister } from './share-register.ts'
import { shownShares } from './show-shares.ts'
import type { SharesShown } from './shown-shares.ts'
import { arrive, due, free, inVain, late, leave, newTurns, nextLookMs, refused, take } from './turns.ts'
import { awaitToken, endTokenWait, giveWay, inRoom } from './waiting-room.ts'

/** A call, as far as places are concerned. */
type Call = Served & {
  readonly id: string
  readonly request: Pick<IncomingMessage, 'socket'>
  readonly record: RequestRecord
  /** Whose share of the places it is sent with, once that has been asked. */
  share: Share | undefined
}

/** Places on the connections to CATAPA, the turns of those who wait for one, and the room of all who wait (design/promises 10). */
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
  /** CATAPA has answered. @returns whether the call waits until the pause is over that the answer asks for */
  answered(call: Call, head: AnswerHead, mayWaitOut: boolean): boolean
  /** A call is sent once more, after a pause. */
  repeats(): void
  /** The callers file has these sections from now on. */
  become(sections: readonly Section[]): void
  shown(): SharesShown
  stop(): void
}

/** Of somebody who asks for a place: it only reads, and so may wait until a pause is over; it has had one before. */
type Seeking = Readonly<{ patient: boolean; again: boolean }>

type Settings = Pick<Config, 'upstreamConnections' | 'queueTimeoutMs' | 'holdMs' | 'maxWaiting'>

/** The shell around `shares/turns.ts`: clock, timer and promises. */
export function fairPlaces(
  { upstreamConnections, queueTimeoutMs, holdMs, maxWaiting }: Settings,
  log: HoldLog,
): Places {
  const turns = newTurns(upstreamConnections, { queueTimeoutMs, holdMs })
  const shares = shareRegister()
  const clock = () => performance.now()
  const looking = alarm(() => look())

  const shareOf = (call: Call): Share => {
    call.share ??= shares.of(call.record.caller, call.request.socket)
    return call.share
  }

  /** Everything that is due by now, and when to look again. */
  function look(now = clock()): void {
    const ended = over(turns, now)
    if (ended !== undefined) tellEnd(log, ended, now)
    for (const { waiter } of due(turns, now)) waiter.go()
    // After those who go: nobody whose turn it is pays for a timer that was late.
    for (const [{ waiter }, refusal] of late(turns, now)) waiter.refuse(refusal)
    looking.in(nextLookMs(turns, now))
  }

  /** Why there is no room for another one, if the last of those of whom most wait does not make it. */
  function noRoom(share: Share, now: number): Refusal | undefined {
    if (inRoom(turns) < maxWaiting) return undefined
    const last = giveWay(turns, share)
    if (last === undefined) return refused(turns, share, 'room', now, true)
    last.waiter.refuse(refused(turns, last.share, 'room', now, false))
    return undefined
  }

  /** @throws ProblemError where waiting is in vain, or there is no room */
  function queue(call: Call, waiter: Waiter, seeking: Seeking): Waiting {
    const now = clock()
    const share = shareOf(call)
    const arriving = { share, waiter, ...seeking }
    const refusal = inVain(turns, arriving, now) ?? noRoom(share, now)
    if (refusal !== undefined) throw refusalProblem(refusal)
    return arrive(turns, arriving, now)
  }

  function tryTake(call: Call): boolean {
    return take(turns, shareOf(call), clock)
  }

  return {
    take: tryTake,
    turn(call, seeking) {
      if (call.brokenOff !== undefined) return Promise.reject(call.brokenOff)
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
      free(turns, shareOf(call))
      if (turns.waiting > 0) look()
    },
    async awaitToken(call, again, token) {
      const now = clock()
      const share = shareOf(call)
      const refusal = noRoom(share, now)
      if (refusal !== undefined) throw refusalProblem(refusal)
      let wait: TokenWait | undefined
      const refuse = (why: Refusal) => {
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
    pauseLeftMs: () => (turns.hold === undefined ? 0 : Math.max(0, turns.hold.until - clock())),
    answered(call, { status, rawHeaders }, mayWaitOut) {
      const may = status === 429 || status === 503
      if (!may && turns.limit === turns.of) return false
      const now = clock()
      look(now)
      const before = turns.hold
      const pauseMs = may ? statedPauseMs(rawHeaders, Date.now()) : undefined
      const gone = answered(turns, { status, sentAt: call.record.sentAt, pauseMs }, now)
      const { hold } = turns
      if (hold !== undefined && before === undefined) tellBegin(log, hold, call)
      for (const [{ waiter }, refusal] of gone) waiter.refuse(refusal)
      look(now)
      const waits = { patient: mayWaitOut, since: now }
      return pauseMs !== undefined && hold !== undefined && waitsOut(waits, hold, turns.patience)
    },
    repeats() {
      turns.repeated += 1
    },
    become(sections) {
      const now = clock()
      shares.become(sections, now)
      look(now)
    },
    shown: () => shownShares(turns, shares.all(), clock()),
    stop: looking.stop,
  }
}

/** For its log line: what it has waited for, and how long. */
function note(record: RequestRecord, { why, since }: Waiting): void {
  record.waitedFor = why
  record.waitedMs = (record.waitedMs ?? 0) + performance.now() - since
}
