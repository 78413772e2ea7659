import type { AuditEntry } from '../audit-line.ts'
import { readForm } from './line-form.ts'
import { piecesSince } from './segment-pieces.ts'

/** The members of a line for tables and filters: a text or a number each, but for `detail`. */
export type LineMembers = Readonly<Partial<Record<Exclude<keyof AuditEntry, 'event'>, unknown>>>

/** A line as it is shown: its members without the two hashes. */
export type TrailLine = Readonly<{ seq: number; time: string; event: string; members: LineMembers }>

/**
 * The lines of a trail in their order; their hashes are not checked. `unread` is called for each line that is not in its form.
 *
 * @param since segments that surely end before it are not opened
 * @throws an error of the operating system
 */
export function* trailLines(
  folder: string,
  since: string | undefined,
  unread: () => void,
): Generator<TrailLine, void, void> {
  for (const piece of piecesSince(folder, since === undefined ? undefined : Date.parse(since))) {
    const read = piece.kind === 'line' ? readLine(piece.bytes) : undefined
    if (read !== undefined) yield read
    else unread()
  }
}

function readLine(bytes: Buffer): TrailLine | undefined {
  const formed = readForm(bytes.toString('latin1'))
  if (formed === undefined) return undefined
  const { v, seq, time, event, prev, hash, ...members }: LineMembers & Record<string, unknown> = JSON.parse(
    bytes.toString(),
  )
  return { seq: formed.seq, time: formed.time, event: formed.event, members }
}
