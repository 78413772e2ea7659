import { type ChainedLine, lineAfter } from '../audit-chain.ts'
import type { AuditEntry, ChainHead } from '../audit-line.ts'
import { dayOf, segmentName } from '../segment-name.ts'

/** An entry and its time. */
export type StampedEntry = Readonly<{ entry: AuditEntry; at: number }>

/** The segment being written. */
export type CurrentSegment = Readonly<{ name: string; bytes: number /** As `dayOf`. */; day: number }>

/** The place of the next line; in a new segment where `segment` is undefined. `at`: the time of the line before, if there is one. */
export type TrailPosition = Readonly<{ head: ChainHead; at: number | undefined; segment: CurrentSegment | undefined }>

/** Lines for one segment and one write. */
export type SegmentPiece = Readonly<{
  /** Whether it is the first of its segment. */
  begins: boolean
  name: string
  bytes: Buffer
  /** How many of the entries are in it, and the `seq` of the first of them. */
  entries: number
  firstSeq: number
  lines: number
  after: TrailPosition
}>

/** The size limit of a segment, which also covers at most one day. */
export const mostSegmentBytes = 64 * 1024 * 1024

/**
 * Turns waiting entries into lines with their places. Another day than the segment's, also after a clock went back, begins a new
 * segment. Its first line, unless it is the very first of the trail, is `segment`, with the time of the line before: once the
 * lines before it are deleted, it still shows when they ended (design/promises 9.6).
 */
export function layOut(from: TrailPosition, waiting: readonly StampedEntry[], most = mostSegmentBytes): SegmentPiece[] {
  const pieces: SegmentPiece[] = []
  let { head, at: before } = from
  let piece = from.segment && newPiece(from.segment)
  for (const { entry, at } of waiting) {
    let line = lineAfter(head, entry, at)
    if (piece === undefined || !hasRoom(piece, line, at, most)) {
      if (piece !== undefined && piece.texts.length > 0) pieces.push(closed(piece, { head, at: before }))
      piece = newPiece({ name: segmentName(new Date(at).toISOString(), head.seq + 1), bytes: 0, day: dayOf(at) })
      if (head.seq > 0) head = add(piece, lineAfter(head, segmentEntry(before), at))
      line = lineAfter(head, entry, at)
    }
    if (piece.entries === 0) piece.firstSeq = line.head.seq
    piece.entries += 1
    head = add(piece, line)
    before = at
  }
  if (piece !== undefined && piece.texts.length > 0) pieces.push(closed(piece, { head, at: before }))
  return pieces
}

function segmentEntry(before: number | undefined): AuditEntry {
  return { event: 'segment', detail: before === undefined ? undefined : { before: new Date(before).toISOString() } }
}

/** A piece under construction. */
type Growing = { readonly segment: CurrentSegment; texts: string[]; bytes: number; entries: number; firstSeq: number }

function newPiece(segment: CurrentSegment): Growing {
  return { segment, texts: [], bytes: 0, entries: 0, firstSeq: 0 }
}

function add(piece: Growing, { text, head }: ChainedLine): ChainHead {
  piece.texts.push(text)
  piece.bytes += Buffer.byteLength(text)
  return head
}

function hasRoom({ segment, bytes }: Growing, { text }: ChainedLine, at: number, most: number): boolean {
  const used = segment.bytes + bytes
  return segment.day === dayOf(at) && used + Buffer.byteLength(text) <= most
}

function closed(
  { segment, texts, bytes, entries, firstSeq }: Growing,
  after: Omit<TrailPosition, 'segment'>,
): SegmentPiece {
  return {
    begins: segment.bytes === 0,
    name: segment.name,
    bytes: Buffer.from(texts.join('')),
    entries,
    firstSeq,
    lines: texts.length,
    after: { ...after, segment: { ...segment, bytes: segment.bytes + bytes } },
  }
}
