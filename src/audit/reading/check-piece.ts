import { isUtf8 } from 'node:buffer'
import { hash as digest } from 'node:crypto'
import { segmentName } from '../segment-name.ts'
import { flawOfClaims } from './check-retention.ts'
import { type FormedLine, flawOfForm, hasNameTwice, readForm } from './line-form.ts'
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

const comma = ','.charCodeAt(0)
const brace = '}'.charCodeAt(0)
/** `,"hash":"…"}`, the end of each line. */
const tailBytes = ',"hash":"'.length + 64 + '"}'.length

/**
 * Checks the form of a line and that it has the hash of its bytes (design/promises 9.5).
 *
 * @param bytes the line without its line feed. One byte is changed while the digest is computed, which saves a copy.
 */
function checkLine(bytes: Buffer): FormedLine | { flaw: string } {
  const text = bytes.toString('latin1')
  const line = readForm(text)
  if (line === undefined) return { flaw: `it ${flawOfForm(text)}` }
  if (hasNameTwice(line)) return { flaw: 'it has a name twice in its detail' }
  if (!isUtf8(bytes)) return { flaw: 'it is not UTF-8' }
  const cut = bytes.length - tailBytes
  bytes[cut] = brace
  const own = digest('sha256', bytes.subarray(0, cut + 1))
  bytes[cut] = comma
  return own === line.hash ? line : { flaw: 'its hash is not that of its bytes: it was changed after it was written' }
}
