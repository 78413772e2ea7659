/** Calls `look` regularly, and at once after `now`, but never twice at a time. Keeps no process alive. */
export function poll(look: () => Promise<void>, everyMs: number): { now(): void; stop(): void } {
  let busy = false
  const now = () => {
    if (busy) return
    busy = true
    look().finally(() => {
      busy = false
    })
  }
  const timer = setInterval(now, everyMs).unref()
  return { now, stop: () => clearInterval(timer) }
}
