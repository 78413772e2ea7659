import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { positionOf } from '../audit-chain.ts'
import type { AuditEntry } from '../audit-line.ts'
import { segmentsAmong } from '../segment-name.ts'
import { endingOf } from './segment-file.ts'

/** Segments to delete, the oldest first, with the first and last `seq` in them. */
export type Outdated = Readonly<{ names: readonly string[]; firstSeq: number; lastSeq: number }>

/**
 * The segments with a last line from before `before`, the oldest first, up to one that is kept: a trail has no holes
 * (design/promises 9.6). A segment whose last line cannot be read counts by the time of its file.
 *
 * @param current the segment being written, which always stays
 */
export async function outdatedSegments(folder: string, current: string, before: number): Promise<Outdated | undefined> {
  const segments = segmentsAmong(await readdir(folder))
  const names: string[] = []
  for (const { name } of segments) {
    if (name === current || (await lastAt(folder, name)) >= before) break
    names.push(name)
  }
  const [first, next] = [segments[0], segments[names.length]]
  if (first === undefined || next === undefined || names.length === 0) return undefined
  return { names, firstSeq: first.firstSeq, lastSeq: next.firstSeq - 1 }
}

async function lastAt(folder: string, name: string): Promise<number> {
  const { lastLine } = await endingOf(folder, name)
  const last = lastLine === undefined ? undefined : positionOf(lastLine)
  return last?.at ?? (await stat(join(folder, name))).mtimeMs
}

/** The line about a deletion, written before it: an unexplained hole would be worse than a needless line. */
export function retentionOf({ names, firstSeq, lastSeq }: Outdated, keepDays: number): AuditEntry {
  return { event: 'retention', detail: { segments: names.length, firstSeq, lastSeq, keepDays } }
}

/** Deletes the oldest first, so that an interruption leaves no hole. @throws an error of the operating system */
export async function deleteSegments(folder: string, { names }: Outdated): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true })
}
