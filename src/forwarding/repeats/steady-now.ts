import { performance } from 'node:perf_hooks'

/** As Date.now, by the clock of the start: a clock that is set meanwhile must not end a window early. */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}
