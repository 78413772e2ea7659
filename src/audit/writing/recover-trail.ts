import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { withFile } from '../../files/open-file.ts'
import { positionOf } from '../audit-chain.ts'
import { noHead } from '../audit-line.ts'
import { type SegmentName, segmentsAmong } from '../segment-name.ts'
import { mostSegmentBytes, type TrailPosition } from './compose-lines.ts'
import { endingOf } from './segment-file.ts'

/** The state in which a trail was found. */
export type Recovered = Readonly<{
  position: TrailPosition
  /** A last line without a line feed, which was cut off. */
  cut: Readonly<{ file: string; bytes: number }> | undefined
  /** A segment whose last whole line is damaged; it stays as it is, and the trail goes on in a new one. */
  damaged: string | undefined
}>

/**
 * Prepares a trail to go on behind its last whole line (design/promises 9.7). Bytes behind that, left by an interrupted write, are
 * cut off, and a segment without a whole line is removed. Whole lines are never touched. To be called during a lease of the
 * folder's lock.
 */
export async function recoverTrail(folder: string): Promise<Recovered> {
  const newestFirst = segmentsAmong(await readdir(folder)).reverse()
  let cut: Recovered['cut']
  for (const [index, { name, day }] of newestFirst.entries()) {
    const { lastLine, wholeBytes, tornBytes } = await endingOf(folder, name)
    if (tornBytes > 0) cut = { file: name, bytes: (cut?.bytes ?? 0) + tornBytes }
    if (lastLine === undefined) {
      await rm(join(folder, name))
      continue
    }
    if (tornBytes > 0) await cutTo(join(folder, name), wholeBytes)
    const last = positionOf(lastLine)
    if (last?.intact)
      return {
        position: { head: last.head, at: last.at, segment: { name, day, bytes: wholeBytes } },
        cut,
        damaged: undefined,
      }
    const before = await lastReadable(folder, newestFirst.slice(index))
    return { position: { ...before, segment: undefined }, cut, damaged: name }
  }
  return { position: { ...nothing, segment: undefined }, cut, damaged: undefined }
}

type LastLine = Pick<TrailPosition, 'head' | 'at'>

const nothing: LastLine = { head: noHead, at: undefined }

function cutTo(path: string, bytes: number): Promise<void> {
  return withFile(open(path, 'r+'), async (file) => {
    await file.truncate(bytes)
    await file.sync()
  })
}

/** The last line that can be read at all: `verify` finds the faults before it or in it. */
async function lastReadable(folder: string, newestFirst: readonly SegmentName[]): Promise<LastLine> {
  for (const { name } of newestFirst) {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n')
    for (const line of lines.reverse()) {
      const place = positionOf(line)
      if (place !== undefined) return { head: place.head, at: place.at }
    }
  }
  return nothing
}

/**
 * How many lines of the segment being written are surely gone after its file was tampered with: those behind the last one that is
 * there now. 0 where that is not known.
 */
export async function lostLines(folder: string, { head, segment }: TrailPosition): Promise<number> {
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
    return lastLine === undefined ? none : positionOf(lastLine)?.head.seq
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? none : undefined
  }
}
