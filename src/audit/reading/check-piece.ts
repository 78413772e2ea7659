import { segmentName } from '../segment-name.ts'
import { checkLine } from './check-line.ts'
import { flawOfClaims } from './check-retention.ts'
import type { FormedLine } from './line-form.ts'
import type { ReadPiece } from './segment-pieces.ts'
import { add, type Chain, flawInChain } from './verified-chain.ts'

/** The file of a piece, whether it is the first piece of it, and the reader's time. */
type Reading = Readonly<{ file: string; isFirst: boolean; now: number }>

/** The flaw of the next piece of a trail. A piece without one is added to the chain. */
export function flawOfPiece(chain: Chain, piece: ReadPiece, { file, isFirst, now }: Reading): string | undefined {
  if (piece.kind !== 'line') {
    return piece.kind === 'torn'
      ? `it breaks off: ${piece.length} bytes without a line feed, and not at the end of the trail`
      : `it has ${piece.length} bytes, more than any line of a trail`
  }
  const line = checkLine(piece.bytes)
  if ('flaw' in line) return line.flaw
  const flaw =
    flawInChain(chain, line) ??
    (isFirst ? flawOfFirst(line, file) : flawOfOther(line)) ??
    flawOfClaims(chain, line, now)
  if (flaw !== undefined) return flaw
  add(chain, line)
  return undefined
}

/** Each segment but the first begins with a segment line, and its name comes from its first line (design/promises 9.5). */
function flawOfFirst(line: FormedLine, file: string): string | undefined {
  const name = segmentName(line.time, line.seq)
  if (file !== name)
    return `the name of the file is not that of its first line, which would be ${name}: it was renamed, or lost its beginning`
  const isSegment = line.event === 'segment'
  if (isSegment === line.seq > 1) return undefined
  return isSegment
    ? 'it is the first line of the trail, and a segment line'
    : 'a file begins with it, and it is no segment line: a file was split, or lost its beginning'
}

function flawOfOther(line: FormedLine): string | undefined {
  return line.event === 'segment'
    ? 'it is a segment line, and no file begins with it: files were put together'
    : undefined
}
