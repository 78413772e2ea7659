import type { ChainHead } from '../audit-line.ts'
import { flawOfPiece } from './check-piece.ts'
import type { FormedLine } from './line-form.ts'
import { type KeptSegment, newBlock, piecesOf, trailFolder } from './segment-pieces.ts'
import { type Chain, type KeptDays, missing, newChain } from './verified-chain.ts'

/** A place in a trail; the line is the number in its file. */
type LinePlace = Readonly<{ file: string; line: number }>

export type Verified = Readonly<{
  segments: number
  lines: number
  first: FormedLine | undefined
  last: FormedLine | undefined
  /** The first break. Lines behind it were not checked. */
  broken: (LinePlace & Readonly<{ reason: string }>) | undefined
  /** A last line without a line feed (design/promises 9.7). */
  torn: (LinePlace & Readonly<{ bytes: number }>) | undefined
  /** The days kept according to retention lines. */
  keepDays: KeptDays | undefined
  /** The time of the last deleted line, where the first segment that is kept states it. */
  deletedEnd: string | undefined
  /**
   * For the head that was asked for. `older`: its line is not kept any more. `other`: its line has another hash. Undefined also
   * where a break came before it.
   */
  head: 'met' | 'older' | 'other' | undefined
  /** Files that look like segments but are not named so; not read. */
  strangers: readonly string[]
}>

export type Verifying = Readonly<{
  head?: ChainHead | undefined
  /** As Date.now, for tests. */
  now?: number
  /** Called now and then with the part of all bytes read so far, from 0 to 1, and the number of lines. */
  tell?: (done: { part: number; lines: number }) => void
}>

const tellEvery = 8192

type Walk = {
  readonly chain: Chain
  readonly block: Buffer
  readonly now: number
  broken: Verified['broken']
  torn: Verified['torn']
}

/** Reads all segments of a trail up to the first break (design/promises 9.11). @throws an error of the operating system */
export function verifyTrail(folder: string, { head, now = Date.now(), tell = () => {} }: Verifying = {}): Verified {
  const { segments, strangers } = trailFolder(folder)
  const walk: Walk = { chain: newChain(head), block: newBlock(), now, broken: undefined, torn: undefined }
  const { chain } = walk
  const allBytes = segments.reduce((sum, { bytes }) => sum + bytes, 0)
  let bytesBefore = 0
  /** A crash may leave an empty one behind it, which the next start removes. */
  const lastWritten = segments.findLast(({ bytes }) => bytes > 0)
  for (const segment of segments) {
    const isLast = segment === lastWritten
    readSegment(walk, segment, isLast, (bytes) => tell({ part: (bytesBefore + bytes) / allBytes, lines: chain.lines }))
    if (walk.broken !== undefined) break
    bytesBefore += segment.bytes
  }
  walk.broken ??= beginningLost(chain, segments) ?? endLost(chain, segments, walk.torn)
  return {
    segments: segments.length,
    lines: chain.lines,
    first: chain.first,
    last: chain.last,
    broken: walk.broken,
    torn: walk.torn,
    keepDays: chain.keepDays,
    deletedEnd: chain.starts.get(chain.first?.seq ?? 0),
    head: head === undefined || walk.broken !== undefined ? chain.headFound : (chain.headFound ?? 'older'),
    strangers,
  }
}

function readSegment(walk: Walk, segment: KeptSegment, isLast: boolean, tell: (bytes: number) => void): void {
  const { name: file } = segment
  let line = 0
  let bytes = 0
  for (const piece of piecesOf(segment.path, walk.block)) {
    line += 1
    if (piece.kind === 'torn' && isLast) {
      walk.torn = { file, line, bytes: piece.length }
      return
    }
    const reason = flawOfPiece(walk.chain, piece, { file, isFirst: line === 1, now: walk.now })
    if (reason !== undefined) {
      walk.broken = { file, line, reason }
      return
    }
    bytes += piece.kind === 'line' ? piece.bytes.length + 1 : 0
    if (line % tellEvery === 0) tell(bytes)
  }
}

/** Lines may be missing at the beginning only where a retention line says that they were deleted (design/promises 9.6). */
function beginningLost({ first, deletedTo }: Chain, segments: readonly KeptSegment[]): Verified['broken'] {
  const segment = segments.find(({ bytes }) => bytes > 0)
  const seq = first?.seq ?? segment?.firstSeq ?? 1 // With a torn line alone, the file's name tells.
  if (segment === undefined || seq <= deletedTo + 1) return undefined
  const reason = `the trail begins with seq ${seq}: ${missing(deletedTo + 1, seq - 1)}, and no retention line tells of it`
  return { file: segment.name, line: 1, reason }
}

/** A trail that ends before the head that is looked for was cut. */
function endLost({ head, last }: Chain, segments: readonly KeptSegment[], torn: Verified['torn']): Verified['broken'] {
  const segment = segments.at(-1)
  if (head === undefined || last === undefined || segment === undefined || last.seq >= head.seq) return undefined
  // The number that the next line would have in the last file, whose name has the seq of its first line.
  const line = torn?.line ?? Math.max(1, last.seq - segment.firstSeq + 2)
  const file = torn?.file ?? segment.name
  const reason = `the trail ends with seq ${last.seq}: ${missing(last.seq + 1, head.seq)}, which the head says were there`
  return { file, line, reason }
}
