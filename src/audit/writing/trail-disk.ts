import { join } from 'node:path'
import { type FolderLock, type LockWait, takeLock } from '../../files/lock-files.ts'
import { syncFolder } from '../../files/open-file.ts'
import { type Head, noHead } from '../audit-line.ts'
import type { Piece, Standing } from './compose-lines.ts'
import { type Recovered, recoverTrail } from './recover-trail.ts'
import { type Identity, type OpenSegment, type SegmentFile, sizeOf, writeAll } from './segment-file.ts'
import { TrailTakenError } from './trail-taken.ts'

/** A trail on disk, as its one writer has it. One thing at a time is done with it. */
export type TrailDisk = {
  readonly folder: string
  readonly open: OpenSegment
  lock: FolderLock | undefined
  /** Where the trail stands has been read from the folder, and nobody else has written there since. */
  known: boolean
  standing: Standing
  file: OpenFile | undefined
  /** Of the last line that is on disk. */
  onDisk: Head
  /** Lines written since the start. */
  lines: number
  /** What is being written has taken too long; it counts as failed even if it comes to an end. */
  abandoned: boolean
}

/** Its files lie beside the segments. */
export const lockName = 'audit.lock'

/** The segment that is being written. */
type OpenFile = {
  readonly name: string
  readonly handle: SegmentFile
  identity: Identity | undefined
  /** So much of it is whole lines that count. */
  bytes: number
  /** There may be more in it, of a write that did not come to its end. */
  dirty: boolean
  synced: boolean
}

export function newTrailDisk(folder: string, open: OpenSegment): TrailDisk {
  const standing = { head: noHead, at: undefined, segment: undefined }
  return {
    ...{ folder, open, standing, lock: undefined, file: undefined },
    ...{ known: false, onDisk: noHead, lines: 0, abandoned: false },
  }
}

/** An error that is told by this word, as those of the operating system are by theirs. */
export function failing(why: string): Error {
  return Object.assign(new Error(why), { code: why })
}

/**
 * Becomes the writer of a folder, and goes on behind its last line.
 *
 * @throws TrailTakenError where another one is; an error of the operating system
 */
export async function takeOver(disk: TrailDisk, wait: LockWait): Promise<Recovered> {
  const { folder, open } = disk
  disk.lock = await takeLock({ folder, name: lockName }, wait)
  if (disk.lock === undefined) throw new TrailTakenError(folder)
  const recovered = await recoverTrail(folder)
  const { head, segment } = recovered.standing
  if (segment !== undefined) {
    const handle = await open(join(folder, segment.name), false)
    disk.file = { ...segment, handle, identity: await handle.stat(), dirty: false, synced: true }
    await handle.datasync()
  }
  disk.standing = recovered.standing
  disk.onDisk = head
  disk.known = true
  return recovered
}

/**
 * Writes one piece, on disk at the return where `sync` says so. Another writer may have come while this process was frozen:
 * it then writes nothing more, and promises nothing that it wrote meanwhile.
 *
 * @throws an error of the operating system, `stalled`, `taken`
 */
export async function put(disk: TrailDisk, piece: Piece, sync: boolean): Promise<void> {
  await checkLock(disk)
  if (piece.begins) await beginSegment(disk, piece.name)
  const { file, folder } = disk
  if (file === undefined) throw failing('ENOENT')
  file.dirty = true
  await writeAll(file.handle, piece.bytes)
  const synced = sync || piece.begins
  if (synced) await file.handle.datasync()
  if (piece.begins) await syncFolder(folder)
  await checkLock(disk)
  if (disk.abandoned) throw failing('stalled')
  file.bytes += piece.bytes.length
  file.dirty = false
  file.synced = synced
  disk.standing = piece.after
  disk.lines += piece.lines
  if (synced) disk.onDisk = piece.after.head
}

/** Looks at the folder only where the last sign of life is not fresh. @throws `taken` */
async function checkLock({ lock }: TrailDisk): Promise<void> {
  if (lock?.fresh() === false && (await lock.superseded())) throw failing('taken')
}

async function beginSegment(disk: TrailDisk, name: string): Promise<void> {
  await sync(disk)
  await closeFile(disk)
  const handle = await disk.open(join(disk.folder, name), true)
  const file: OpenFile = { name, handle, identity: undefined, bytes: 0, dirty: true, synced: true }
  disk.file = file
  file.identity = await handle.stat()
}

/** What was written without waiting is on disk. */
async function sync(disk: TrailDisk): Promise<void> {
  const { file } = disk
  if (file === undefined || file.synced) return
  await file.handle.datasync()
  file.synced = true
  disk.onDisk = disk.standing.head
}

/** Leaves the segment as it is. */
export async function closeFile(disk: TrailDisk): Promise<void> {
  const { file } = disk
  disk.file = undefined
  await file?.handle.close().catch(() => {})
}

/** The look of each second. @throws `taken`, `replaced`; an error of the operating system, such as ENOENT */
export async function look(disk: TrailDisk): Promise<void> {
  const { lock, file, folder } = disk
  if (await lock?.superseded()) throw failing('taken')
  if (file?.identity === undefined) return
  if ((await sizeOf(join(folder, file.name), file.identity)) !== file.bytes) throw failing('replaced')
  await sync(disk)
}

/** Gives the folder back, with all on disk that was written. */
export async function leave(disk: TrailDisk): Promise<void> {
  await sync(disk).catch(() => {}) // Nobody waits for it, and nothing can be told any more.
  await closeFile(disk)
  await disk.lock?.release()
}
