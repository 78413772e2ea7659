/** Looks again and again, never twice at once. Keeps no process alive. @returns how to stop it */
export function lookAgain(look: () => Promise<void>, everyMs: number): () => void {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    look().finally(() => {
      busy = false
    })
  }, everyMs).unref()
  return () => clearInterval(timer)
}
