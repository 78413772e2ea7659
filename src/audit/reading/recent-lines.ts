import { timeInName } from '../segment-name.ts'
import { newBlock, piecesOf, trailFolder } from './segment-pieces.ts'

const begin = Buffer.from('{"v":2,')

/**
 * The lines of version 2 of a trail, in Latin-1 and in their order, from segments that were still written at `sinceAt` (as Date.now).
 * A sidecar reads them at its start, before anybody is served: the others are not even made into text.
 *
 * @throws an error of the operating system
 */
export function* recentLines(folder: string, sinceAt: number): Generator<string, void, void> {
  const from = timeInName(new Date(sinceAt).toISOString())
  const block = newBlock()
  const { segments } = trailFolder(folder)
  for (const [index, { path }] of segments.entries()) {
    const next = segments[index + 1]
    if (next !== undefined && next.begunAt < from) continue
    for (const piece of piecesOf(path, block)) {
      if (piece.kind === 'line' && piece.bytes.compare(begin, 0, begin.length, 0, begin.length) === 0) {
        yield piece.bytes.toString('latin1')
      }
    }
  }
}
