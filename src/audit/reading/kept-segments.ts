import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type SegmentName, segmentsAmong } from '../segment-name.ts'

/** A file of a trail that is read. */
export type KeptSegment = SegmentName & Readonly<{ path: string; bytes: number }>

/** What a folder has: its segments in their order, and files that look like one and are not named so. */
export type TrailFolder = Readonly<{ segments: readonly KeptSegment[]; strangers: readonly string[] }>

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
