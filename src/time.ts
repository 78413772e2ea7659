import { performance } from 'node:perf_hooks'

/** A moment on both clocks, in milliseconds: the monotonic one stops while a machine sleeps, the wall clock jumps. */
export type Instant = Readonly<{ mono: number; wall: number }>

/** Time, so that tests can move it. */
export type Clock = {
  now(): Instant
  /** Calls `fn` once after `ms`; the timer does not keep the process alive. Returns how to cancel it. */
  after(ms: number, fn: () => void): () => void
}

const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => ({ mono: performance.now(), wall: Date.now() }),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(Math.max(0, Math.ceil(ms)), longestTimerMs)).unref()
    return () => clearTimeout(timer)
  },
}
