import { createHmac, randomBytes } from 'node:crypto'
import type { Auditing } from '../../audit/audit-in-use.ts'
import type { Config } from '../../settings/config.ts'
import { mostRepeatBodyBytes } from '../../settings/sidecar-settings.ts'
import type { KeptAnswer } from '../exchange/answer.ts'
import { admit, writeOf } from './admit.ts'
import { hearRequest, tellAll } from './deliveries.ts'
import { newGuardState, type RepeatCounts } from './guard-state.ts'
import { expire, forget, type KnownWrite, openWrites } from './known-writes.ts'
import { readBack } from './read-back.ts'
import { afterAnswer, carry, endCarried, settleWrite, type TellDelivery } from './settle-write.ts'
import { steadyNow } from './steady-now.ts'
import { asKept } from './stored-answer.ts'
import type { GuardedCall, WriteOfCall } from './write-of-call.ts'

export type { KnownWrite } from './known-writes.ts'
export type { TellDelivery } from './settle-write.ts'
export type { WriteOfCall } from './write-of-call.ts'

/** The guard against writes done twice (design/promises 12): the door of this folder. */
export type Repeats = Readonly<{
  /** A call as a write, if it is one that is guarded or watched. @throws ProblemError `bad_request` for a wrong `Idempotency-Key` */
  writeOf(call: GuardedCall): WriteOfCall | undefined
  /** Whether another piece of a body may wait until the body is whole. */
  mayGather(write: WriteOfCall, bytes: number): boolean
  /**
   * Before a write is sent: the answer of the earlier one that it repeats, or undefined: it is to be sent.
   *
   * @throws ProblemError `repeated`, `key_reused`, `overloaded`; the reason of an early end
   */
  answerOfEarlier(call: GuardedCall, write: WriteOfCall): Promise<KeptAnswer | undefined>
  /** Whether a call whose caller leaves now is carried to its end; `endCarried` is called then. */
  carry(call: GuardedCall): boolean
  endCarried(write: WriteOfCall): void
  /** Nothing more is sent, and the answer has not been passed on. @returns whether the caller is there */
  settle(call: GuardedCall, write: WriteOfCall): Promise<boolean>
  /** The answer has left, or its caller has. `over` hears whether CATAPA's answer arrived, once that shows. */
  afterAnswer(call: GuardedCall, write: WriteOfCall, over: TellDelivery): void
  /** The writes that a person has to look after, the oldest end first. */
  open(): readonly KnownWrite[]
  /** A person has looked: the same write may be sent again. */
  release(write: KnownWrite): void
  counts(): ReadonlyMap<string, Readonly<RepeatCounts>>
  /** Reads the window back from a trail. Blocks. @returns lines read @throws an error of the operating system */
  readBack(folder: string): number
  /** Nothing more comes of open deliveries. */
  stop(): void
}>

export function repeatGuard(
  { repeats: mode, repeatWindowMs }: Pick<Config, 'repeats' | 'repeatWindowMs'>,
  audit: Auditing | undefined,
): Repeats {
  const own = randomBytes(32) // Without a trail nothing has to be recognised after a restart.
  const state = newGuardState(mode, repeatWindowMs, audit?.newHmac ?? (() => createHmac('sha256', own)))
  const { guarded } = state
  return {
    writeOf(call) {
      hearRequest(state.deliveries, call.request)
      return writeOf(state, call)
    },
    mayGather(write, bytes) {
      if (state.gatheredBytes + bytes > mostRepeatBodyBytes) return false
      write.gatheredBytes += bytes
      state.gatheredBytes += bytes
      return true
    },
    async answerOfEarlier(call, write) {
      const answer = await admit(state, call, write)
      return answer && asKept(answer)
    },
    carry: (call) => carry(state, call),
    endCarried: (write) => endCarried(state, write),
    settle: (call, write) => settleWrite(state, call, write),
    afterAnswer: (call, write, over) => afterAnswer(state, call, write, over),
    open() {
      expire(guarded, steadyNow())
      return openWrites(guarded)
    },
    release: (write) => forget(guarded, write),
    counts: () => state.counts,
    readBack: (folder) => readBack(folder, guarded, Date.now()),
    stop: () => tellAll(state.deliveries),
  }
}
