import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { RequestRecord } from './request-record.ts'

/** The program that called, until its answer has left or it has. */
export type Caller = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly record: RequestRecord
  /** Its index among the callers. */
  place: number
  /** CATAPA is working for it. */
  atUpstream: boolean
  /** Why nothing more is done for it: it left, or the sidecar has to stop. */
  brokenOff: Error | undefined
  /** Ends what is under way for it, one thing at a time. */
  onBreakOff: ((reason: Error) => void) | undefined
}

/** Those that are served now. */
export type Callers = Iterable<Caller> & {
  readonly size: number
  add(caller: Caller): unknown
  delete(caller: Caller): unknown
}

/**
 * An array, and not a Set: one that changes with every request leaves its outgrown tables behind in the old generation,
 * where each keeps alive what it held last, until a major collection (docs/performance.md, "What a Set remembers").
 */
export function newCallers(): Callers {
  const list: Caller[] = []
  return {
    get size() {
      return list.length
    },
    add(caller) {
      caller.place = list.length
      list.push(caller)
    },
    delete(caller) {
      const last = list.pop()
      if (last === undefined || last === caller) return
      list[caller.place] = last
      last.place = caller.place
    },
    [Symbol.iterator]: () => [...list].values(), // Some may leave meanwhile.
  }
}

/** The caller left before it was answered: there is nobody to tell. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller has gone')
    this.name = 'CallerGoneError'
  }
}

/** Watches one caller; it is among `callers` until the last byte of its answer has left. */
export function callerOf({ raw, record }: FastifyRequest, response: ServerResponse, callers: Callers): Caller {
  const caller: Caller = {
    request: raw,
    response,
    record,
    place: -1,
    atUpstream: false,
    brokenOff: undefined,
    onBreakOff: undefined,
  }
  if (response.destroyed) {
    caller.brokenOff = new CallerGoneError()
    return caller
  }
  callers.add(caller)
  // It comes once; but what `once` leaves behind is kept like the tables of a Set.
  response.on('close', () => {
    callers.delete(caller)
    if (!response.writableFinished) breakOff(caller, new CallerGoneError())
  })
  return caller
}

/** Ends what is under way for a caller, and whatever would come after it. */
export function breakOff(caller: Caller, reason: Error): void {
  if (caller.brokenOff !== undefined) return
  caller.brokenOff = reason
  caller.onBreakOff?.(reason)
}

/** Waits on behalf of a caller, no longer than it is served. @throws what it was broken off with */
export function whileServed<T>(caller: Caller, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    caller.onBreakOff = reject
    outcome.then(resolve, reject)
    if (caller.brokenOff !== undefined) reject(caller.brokenOff)
  })
}
