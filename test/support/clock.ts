import { setImmediate as settle } from 'node:timers/promises'
import type { Clock } from '../../src/time.ts'

export type TestClock = Clock & {
  /** Moves both clocks; timers fire in their order, and what they set off runs before time goes on. */
  advance(ms: number): Promise<void>
  /** Sets the wall clock, forwards or backwards, as NTP or a person does. */
  setWall(byMs: number): void
  /** A machine that sleeps: the wall clock goes on, the monotonic one and the timers do not. */
  sleep(ms: number): void
  /** Resolves after so long on this clock, for sources that take their time. */
  pass(ms: number): Promise<void>
  /** Timers that are set and have not fired. */
  timers(): number
}

/** Two clocks that stand still until a test moves them. They begin at odd values, so that none is mistaken for the other. */
export function testClock(): TestClock {
  let mono = 4_321.5
  let wall = Date.UTC(2026, 10, 24, 9, 0, 0, 123)
  let pending: { at: number; fn: () => void }[] = []

  function after(ms: number, fn: () => void): () => void {
    const timer = { at: mono + Math.max(0, ms), fn }
    pending.push(timer)
    return () => {
      pending = pending.filter((other) => other !== timer)
    }
  }

  function moveTo(at: number): void {
    wall += at - mono
    mono = at
  }

  async function advance(ms: number): Promise<void> {
    const end = mono + ms
    await settle()
    for (;;) {
      // Of timers for the same moment the one set first fires first: reduce keeps it.
      const next = pending.reduce<(typeof pending)[number] | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      )
      if (next === undefined || next.at > end) break
      pending = pending.filter((timer) => timer !== next)
      moveTo(Math.max(mono, next.at))
      next.fn()
      await settle()
    }
    moveTo(end)
  }

  return {
    now: () => ({ mono, wall }),
    after,
    advance,
    setWall(byMs) {
      wall += byMs
    },
    sleep(ms) {
      wall += ms
    },
    pass: (ms) => new Promise((resolve) => after(ms, resolve)),
    timers: () => pending.length,
  }
}
