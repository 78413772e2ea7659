/** A request that goes on costs some tenths of a millisecond. */
const atOnce = 20

const waiting: (() => void)[] = []

/** Waits until it is one's turn: many that have waited for the same thing would hold up everything else if they all went on at once. */
export function inTurn(): Promise<void> {
  if (waiting.length === 0) setImmediate(letSomeGo)
  return new Promise((resolve) => waiting.push(resolve))
}

function letSomeGo(): void {
  for (const go of waiting.splice(0, atOnce)) go()
  if (waiting.length > 0) setImmediate(letSomeGo)
}
