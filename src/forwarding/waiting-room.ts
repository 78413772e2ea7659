import { problem } from '../problems/problem.ts'

/** Counts who waits, for a token or for a place, and says when the room is full. */
export type WaitingRoom = {
  /** Another one waits, if there is room. */
  enter(): boolean
  leave(): void
  /** @throws ProblemError `overloaded` */
  wait<T>(forWhat: () => Promise<T>): Promise<T>
  waiting(): number
}

/** At most `most` requests wait at once (design/promises 2.11). */
export function waitingRoom(most: number): WaitingRoom {
  let waiting = 0
  const enter = () => {
    if (waiting >= most) return false
    waiting += 1
    return true
  }
  const leave = () => {
    waiting -= 1
  }
  return {
    enter,
    leave,
    waiting: () => waiting,
    async wait(forWhat) {
      if (!enter()) throw problem('too_many_waiting', {})
      try {
        return await forWhat()
      } finally {
        leave()
      }
    },
  }
}
