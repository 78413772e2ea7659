/** Each request that goes on costs some tenths of a millisecond. */
const atOnce = 20

const waiting: (() => void)[] = []

/** Lets at most so many calls a tick go on: all at once after the same wait would hold up everything else. */
export function stagger(): Promise<void> {
  if (waiting.length === 0) setImmediate(letSomeGo)
  return new Promise((resolve) => waiting.push(resolve))
}

function letSomeGo(): void {
  for (const go of waiting.splice(0, atOnce)) go()
  if (waiting.length > 0) setImmediate(letSomeGo)
}
