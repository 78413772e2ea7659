import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type SegmentName, segmentsAmong } from '../segment-name.ts'

/** A segment to be read. */
export type KeptSegment = SegmentName & Readonly<{ path: string; bytes: number }>

/** The segments of a folder in their order, and its files that look like segments but are not named so. */
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
