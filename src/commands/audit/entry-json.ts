import type { TrailEntry } from '../../audit/reading/trail-entries.ts'

/** Entries in one write. */
const batch = 500

/** One entry a line: the members of its audit lines, `outcome` and, for a request with two lines, `endSeq` and `endTime`. */
export function* entryJson(entries: Iterable<TrailEntry>): Generator<string, void, void> {
  let lines: string[] = []
  for (const { seq, time, event, outcome, end, members } of entries) {
    const ended = end === undefined || end.seq === seq ? {} : { endSeq: end.seq, endTime: end.time }
    lines.push(`${JSON.stringify({ seq, time, event, ...members, outcome, ...ended })}\n`)
    if (lines.length < batch) continue
    yield lines.join('')
    lines = []
  }
  if (lines.length > 0) yield lines.join('')
}
