import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { positionOf } from '../audit-chain.ts'
import type { AuditEntry } from '../audit-line.ts'
import { segmentsAmong } from '../segment-name.ts'
import { endingOf } from './segment-file.ts'

/** Segments whose last line is older than what is kept, the oldest first, and up to which line they go. */
export type Outdated = Readonly<{ names: readonly string[]; firstSeq: number; lastSeq: number }>

/**
 * Looks for them, from the oldest on up to the first that is kept: a trail has no holes (design/promises 9.6). A segment
 * whose last line cannot be read counts by the time of its file.
 *
 * @param current the segment that is being written, which always stays
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

/** The line that says what is deleted, written before it is: a hole that nothing explains would be worse than a line too many. */
export function retentionOf({ names, firstSeq, lastSeq }: Outdated, keepDays: number): AuditEntry {
  return { event: 'retention', detail: { segments: names.length, firstSeq, lastSeq, keepDays } }
}

/** The oldest first: whenever it ends, the rest has no hole. @throws an error of the operating system */
export async function deleteSegments(folder: string, { names }: Outdated): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true })
}
