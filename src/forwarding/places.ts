import { performance } from 'node:perf_hooks'
import { type ProblemError, problem } from '../problems/problem.ts'
import type { Served } from './break-off.ts'

/** Counts who waits, for a token or for a connection, and turns the next one away when the room is full. */
export type WaitingRoom = {
  /** @throws ProblemError `overloaded` */
  wait<T>(forWhat: () => Promise<T>): Promise<T>
  waiting(): number
}

/** At most `most` requests wait at once (design/promises 2.11). */
export function waitingRoom(most: number): WaitingRoom {
  let waiting = 0
  return {
    waiting: () => waiting,
    async wait(forWhat) {
      if (waiting >= most) {
        throw problem('too_many_waiting', {})
      }
      waiting += 1
      try {
        return await forWhat()
      } finally {
        waiting -= 1
      }
    },
  }
}

/** Places on the connections to CATAPA. */
export type Slots = {
  /** Takes a place if one is free. */
  take(): boolean
  /** Waits for a place and takes it. @throws ProblemError `overloaded`; what the wait was broken off with */
  turn(call: Served): Promise<void>
  release(): void
}

type Waiting = { since: number; resolve: () => void; reject: (reason: Error) => void }

/**
 * At most `count` exchanges at once; who comes first is served first, or turned away after `waitMs`
 * (design/promises 2.11). undici queues by itself, but then nobody can tell a request that waits for its turn from one
 * whose connection does not come about (design/libraries 31).
 */
export function slots(count: number, waitMs: number): Slots {
  let free = count
  const queue = new Set<Waiting>()
  let timer: NodeJS.Timeout | undefined

  /** One timer for the whole queue: who waits longest is its first. */
  function turnAway(): void {
    timer = undefined
    const now = performance.now()
    for (const waiting of queue) {
      const leftMs = waiting.since + waitMs - now
      if (leftMs > 0) {
        lookIn(leftMs)
        return
      }
      queue.delete(waiting)
      waiting.reject(allInUse())
    }
  }

  function lookIn(ms: number): void {
    if (timer === undefined) timer = setTimeout(turnAway, Math.ceil(ms)).unref()
  }

  return {
    take() {
      if (free === 0) return false
      free -= 1
      return true
    },
    turn(call) {
      return new Promise((resolve, reject) => {
        if (call.brokenOff !== undefined) return reject(call.brokenOff)
        const waiting = { since: performance.now(), resolve, reject }
        queue.add(waiting)
        lookIn(waitMs)
        const end = (reason: Error) => {
          if (queue.delete(waiting)) reject(reason)
        }
        call.underWay = { end }
      })
    },
    release() {
      const [next] = queue
      if (next === undefined) {
        free += 1
        return
      }
      queue.delete(next) // The place goes on without becoming free.
      next.resolve()
    },
  }
}

function allInUse(): ProblemError {
  return problem('queued_too_long', {})
}
