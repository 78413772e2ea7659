import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type SegmentName, segmentsAmong, timeInName } from '../segment-name.ts'

/** No line of a trail is longer. */
export const longestLineBytes = 64 * 1024
/** Memory to read into: one for a whole trail, since new ones would grow faster than they are collected. */
export function newBlock(): Buffer {
  return Buffer.allocUnsafe(1024 * 1024)
}

const lineFeed = 0x0a

/**
 * `line`: without its line feed; its bytes are valid until the next piece is asked for. `overlong`: longer than any line of ours.
 * `torn`: the rest of a file after its last line feed.
 */
export type ReadPiece = Readonly<{ kind: 'line'; bytes: Buffer } | { kind: 'overlong' | 'torn'; length: number }>

/**
 * Reads a file line by line, into `block`. Not asynchronous, which would take longer than all the work on a line: only commands
 * read a trail, and a start before anybody is served. @throws an error of the operating system
 */
export function* piecesOf(path: string, block: Buffer): Generator<ReadPiece, void, void> {
  const file = openSync(path, 'r')
  try {
    // Of a line whose end is not read yet: bytes kept at the beginning of the block, and bytes dropped already.
    let kept = 0
    let forgotten = 0
    for (;;) {
      const count = readSync(file, block, kept, block.length - kept, null)
      if (count === 0) break
      const read = block.subarray(0, kept + count)
      let begin = 0
      for (let end = read.indexOf(lineFeed, kept); end !== -1; end = read.indexOf(lineFeed, begin)) {
        const length = forgotten + end - begin
        yield length > longestLineBytes
          ? { kind: 'overlong', length }
          : { kind: 'line', bytes: read.subarray(begin, end) }
        forgotten = 0
        begin = end + 1
      }
      kept = read.length - begin
      if (kept > longestLineBytes) {
        forgotten += kept
        kept = 0
      }
      block.copyWithin(0, begin, begin + kept)
    }
    if (forgotten + kept > 0) yield { kind: 'torn', length: forgotten + kept }
  } finally {
    closeSync(file)
  }
}

/** A segment to be read. */
export type KeptSegment = SegmentName & Readonly<{ path: string; bytes: number }>

/** The segments of a folder in their order, and its files that look like segments but are not named so. */
type TrailFolder = Readonly<{ segments: readonly KeptSegment[]; strangers: readonly string[] }>

/** @throws an error of the operating system */
export function trailFolder(folder: string): TrailFolder {
  const names = readdirSync(folder)
  const segments = segmentsAmong(names).flatMap((segment): KeptSegment[] => {
    const path = join(folder, segment.name)
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() ? [{ ...segment, path, bytes: found.size }] : []
  })
  const known = new Set(segments.map(({ name }) => name))
  return { segments, strangers: names.filter((name) => /^audit-|jsonl/.test(name) && !known.has(name)).sort() }
}

/** A clock that jumped may have given a segment a later time than its last lines, so a day is left between. */
const dayMs = 86_400_000

/**
 * The pieces of all segments of a trail, in their order.
 *
 * @param sinceAt as Date.now: segments that surely end before it are not opened; undefined: all are
 * @throws an error of the operating system
 */
export function* piecesSince(folder: string, sinceAt: number | undefined): Generator<ReadPiece, void, void> {
  const from = sinceAt === undefined ? '' : timeInName(new Date(sinceAt - dayMs).toISOString())
  const block = newBlock()
  const { segments } = trailFolder(folder)
  for (const [index, { path }] of segments.entries()) {
    const next = segments[index + 1]
    if (next === undefined || next.begunAt >= from) yield* piecesOf(path, block)
  }
}
