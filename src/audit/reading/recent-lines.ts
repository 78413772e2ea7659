import { piecesSince } from './segment-pieces.ts'

const begin = Buffer.from('{"v":2,')

/**
 * The lines of version 2 of a trail, in Latin-1 and in their order. A sidecar reads them at its start, before anybody is served: the
 * others are not even made into text.
 *
 * @param sinceAt as `piecesSince`
 * @throws an error of the operating system
 */
export function* recentLines(folder: string, sinceAt: number): Generator<string, void, void> {
  for (const piece of piecesSince(folder, sinceAt)) {
    if (piece.kind === 'line' && beginsWith(piece.bytes, begin)) yield piece.bytes.toString('latin1')
  }
}

function beginsWith(bytes: Buffer, begin: Buffer): boolean {
  return bytes.length >= begin.length && bytes.compare(begin, 0, begin.length, 0, begin.length) === 0
}
