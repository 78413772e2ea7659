// How many writes of a trail a person has to look after, read from the words of design/promises 12.3 and 12.6 alone: it shares no code
// with the program.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { segmentFiles } from './audit-trail.ts'

const notActed = [401, 408, 425, 429, 503]

/** The instants (as Date.now) from which the window of each of these writes counts. Reads also a trail that a kill has torn. */
export function openWritesOf(folder: string): number[] {
  const writes = openWrites()
  for (const name of segmentFiles(folder)) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1)) writes.take(line)
  }
  return writes.at()
}

/** The same, line by line. */
export function openWrites(): { take(line: string): void; at(): number[] } {
  const open = new Map<number, number>()
  return {
    take(text) {
      const line = JSON.parse(text)
      const at = Date.parse(line.time)
      if (line.event === 'begin' && line.fingerprint !== undefined) open.set(line.seq, at)
      else if (line.event === 'end' && open.has(line.begin)) {
        if (isOpen(line)) open.set(line.begin, at)
        else open.delete(line.begin)
      } else if (line.repeatOf !== undefined && line.delivered === 'yes') open.delete(line.repeatOf)
    },
    at: () => [...open.values()],
  }
}

/** Whether the end of a write leaves it to a person, once its answer is no longer in memory. */
function isOpen({ delivered, reached, origin, status, detail }: Record<string, unknown>): boolean {
  if (delivered === 'yes' || reached === 'no') return false
  const said = origin === 'catapa' ? status : Reflect.get(Object(detail), 'answered')
  return reached === 'maybe' || !notActed.includes(Number(said))
}
