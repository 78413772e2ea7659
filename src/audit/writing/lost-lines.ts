import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { placeOf } from '../audit-chain.ts'
import { segmentsAmong } from '../segment-name.ts'
import { mostSegmentBytes, type Standing } from './compose-lines.ts'
import { endingOf } from './segment-file.ts'

/**
 * How many lines of the segment that is being written are surely gone, after somebody has had a hand in its file: those behind
 * the last that is there now. 0 where that cannot be said.
 */
export async function lostLines(folder: string, { head, segment }: Standing): Promise<number> {
  const [current] = segmentsAmong(segment === undefined ? [] : [segment.name])
  if (current === undefined) return 0
  const none = current.firstSeq - 1
  const last = await lastSeqIn(folder, current.name, none)
  return last === undefined || last < none || last > head.seq ? 0 : head.seq - last
}

async function lastSeqIn(folder: string, name: string, none: number): Promise<number | undefined> {
  try {
    if ((await stat(join(folder, name))).size > mostSegmentBytes) return undefined // Not one of ours.
    const { lastLine } = await endingOf(folder, name)
    return lastLine === undefined ? none : placeOf(lastLine)?.head.seq
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? none : undefined
  }
}
