import { isOfGuardedWrite } from './line-form.ts'
import { piecesSince } from './segment-pieces.ts'

const guarded = Buffer.from('{"v":2,')
const traced = Buffer.from('{"v":3,')

/**
 * The lines of guarded writes of a trail, in Latin-1 and in their order. A sidecar reads them at its start, before anybody is served:
 * others are not even made into text, but for those of traced calls.
 *
 * @param sinceAt as `piecesSince`
 * @throws an error of the operating system
 */
export function* recentLines(folder: string, sinceAt: number): Generator<string, void, void> {
  for (const piece of piecesSince(folder, sinceAt)) {
    if (piece.kind !== 'line') continue
    const isTraced = beginsWith(piece.bytes, traced)
    if (!isTraced && !beginsWith(piece.bytes, guarded)) continue
    const line = piece.bytes.toString('latin1')
    if (!isTraced || isOfGuardedWrite(line)) yield line
  }
}

function beginsWith(bytes: Buffer, begin: Buffer): boolean {
  return bytes.length >= begin.length && bytes.compare(begin, 0, begin.length, 0, begin.length) === 0
}
