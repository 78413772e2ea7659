import { ProblemError } from '../errors.ts'
import type { Caller } from './caller.ts'

/** Counts who waits, for a token or for a connection, and turns the next one away when the room is full. */
export type WaitingRoom = {
  /** @throws ProblemError `overloaded` */
  wait<T>(forWhat: () => Promise<T>): Promise<T>
  waiting(): number
}

/** At most `most` requests wait at once (CONTRACT §2, `SIDECAR_MAX_WAITING`). */
export function waitingRoom(most: number): WaitingRoom {
  let waiting = 0
  return {
    waiting: () => waiting,
    async wait(forWhat) {
      if (waiting >= most) {
        throw new ProblemError('overloaded', 'Too many requests are waiting already; send fewer at a time.')
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
  /** Waits for a place and takes it. @throws what the wait was broken off with */
  turn(caller: Caller): Promise<void>
  release(): void
}

/**
 * At most `count` exchanges at once; who comes first is served first. undici queues by itself, but then nobody can
 * tell a request that waits for its turn from one whose connection does not come about (STACK row 31).
 */
export function slots(count: number): Slots {
  let free = count
  const queue = new Set<() => void>()
  return {
    take() {
      if (free === 0) return false
      free -= 1
      return true
    },
    turn(caller) {
      return new Promise((resolve, reject) => {
        if (caller.brokenOff !== undefined) return reject(caller.brokenOff)
        queue.add(resolve)
        caller.onBreakOff = (reason) => {
          if (queue.delete(resolve)) reject(reason)
        }
      })
    },
    release() {
      const [next] = queue
      if (next === undefined) {
        free += 1
        return
      }
      queue.delete(next) // The place goes on without becoming free.
      next()
    },
  }
}
