import type { AuditEntry } from '../audit-line.ts'

/** So many lines of one kind in ten seconds tell enough, and are at most 60 MB a day. */
const mostLines = 10
const usualWindowMs = 10_000

type Gate = Readonly<{
  note: (entry: AuditEntry) => void
  /** Whether the disk has room for such lines. */
  hasRoom: () => boolean
  /** For tests, which cannot wait. */
  windowMs?: number | undefined
}>

/** For one kind within the window: how many have a line, and those that have none. */
type Seen = { lines: number; left: number; first: Left | undefined; last: Left | undefined }
type Left = Readonly<{ entry: AuditEntry; at: number }>

/**
 * Lets the first lines of a kind through and counts the others, for one `flood` line at the end of ten seconds (design/promises
 * 9.3): a program without any rights must not fill the disk. Without room, all are counted until there is room again.
 */
export function gatedNotes({ note, hasRoom, windowMs = usualWindowMs }: Gate) {
  const kinds = new Map<string, Seen>()

  function open(kind: string): Seen {
    const seen: Seen = { lines: 0, left: 0, first: undefined, last: undefined }
    kinds.set(kind, seen)
    setTimeout(close, windowMs, kind, seen).unref()
    return seen
  }

  function close(kind: string, seen: Seen): void {
    if (kinds.get(kind) !== seen) return // Its flood line is written already.
    if (seen.left > 0 && !hasRoom()) {
      setTimeout(close, windowMs, kind, seen).unref()
      return
    }
    kinds.delete(kind)
    tell(seen)
  }

  function tell({ left, first, last }: Seen): void {
    if (first !== undefined && last !== undefined) note(floodOf(left, first, last))
  }

  return {
    note(entry: AuditEntry): void {
      const kind = `${entry.event} ${entry.caller}`
      const seen = kinds.get(kind) ?? open(kind)
      if (seen.lines < mostLines && hasRoom()) {
        seen.lines += 1
        note(entry)
        return
      }
      seen.left += 1
      seen.last = { entry, at: Date.now() }
      seen.first ??= seen.last
    },
    /** Writes the counts so far as flood lines, even without room. */
    tell(): void {
      const all = [...kinds.values()]
      kinds.clear()
      all.forEach(tell)
    },
  }
}

/** The number of further lines, and since when; for log levels also the first and the last level. */
function floodOf(count: number, first: Left, last: Left): AuditEntry {
  const { event, caller, verdict } = first.entry
  const [from, to] = [first.entry.detail?.from, last.entry.detail?.to]
  const changed = from === undefined || to === undefined ? {} : { from, to }
  const since = new Date(first.at).toISOString()
  return { event: 'flood', caller, verdict, detail: { of: event, count, since, ...changed } }
}
