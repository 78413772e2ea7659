/** A request that goes on costs some tenths of a millisecond. */
const atOnce = 20

const waiting: (() => void)[] = []

/** Waits for a tick of its own: many calls that went on at once after the same wait would hold up everything else. */
export function spreadOut(): Promise<void> {
  if (waiting.length === 0) setImmediate(letSomeGo)
  return new Promise((resolve) => waiting.push(resolve))
}

function letSomeGo(): void {
  for (const go of waiting.splice(0, atOnce)) go()
  if (waiting.length > 0) setImmediate(letSomeGo)
}
