import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The lines of an input, such as a terminal. */
export type Lines = {
  /** The next line; undefined after the end of the input. */
  next(): Promise<string | undefined>
  /** Takes the lines that have come already. */
  soFar(): string[]
}

/** Reads from now on, until `signal`. */
export function linesOf(input: Readable, signal: AbortSignal): Lines {
  const reader = createInterface({ input, terminal: false, signal })
  let come: string[] = []
  let ended = false
  let changed = () => {}
  reader.on('line', (line) => {
    come.push(line)
    changed()
  })
  reader.once('close', () => {
    ended = true
    changed()
  })
  return {
    async next() {
      while (come.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          changed = resolve
        })
      }
      return come.shift()
    },
    soFar() {
      const taken = come
      come = []
      return taken
    },
  }
}
