/** Milliseconds since the machine started: the one clock that all its processes share (CLOCK_MONOTONIC). */
export function bootMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000
}
