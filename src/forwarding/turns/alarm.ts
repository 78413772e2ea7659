import { performance } from 'node:perf_hooks'

export type Alarm = {
  /** Goes off in so many ms, unless it does so earlier already. Infinity: not for this. */
  in(ms: number): void
  stop(): void
}

/** One timer for many deadlines. One that has become needless costs a look that finds nothing. */
export function alarm(goesOff: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  let dueAt = Number.POSITIVE_INFINITY

  function run(): void {
    dueAt = Number.POSITIVE_INFINITY
    goesOff()
  }

  return {
    in(ms) {
      const at = performance.now() + ms
      if (at >= dueAt || ms === Number.POSITIVE_INFINITY) return
      clearTimeout(timer)
      dueAt = at
      timer = setTimeout(run, Math.ceil(ms)).unref()
    },
    stop: () => clearTimeout(timer),
  }
}
