import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { type FolderLock, type LockWait, takeLock } from '../../files/lock-files.ts'
import { syncFolder } from '../../files/open-file.ts'
import { makeAuditFolder } from '../audit-folder.ts'
import { type AuditEntry, type ChainHead, noHead } from '../audit-line.ts'
import { layOut, type SegmentPiece, type TrailPosition } from './compose-lines.ts'
import { type Recovered, recoverTrail } from './recover-trail.ts'
import { type FileIdentity, type OpenSegment, type SegmentFile, sizeOf, writeAll } from './segment-file.ts'

type State = {
  readonly folder: string
  readonly open: OpenSegment
  lock: FolderLock | undefined
  /** The position was read from the folder, and nobody else has written there since. */
  known: boolean
  position: TrailPosition
  file: OpenFile | undefined
  /** Of the last line surely on disk. */
  onDisk: ChainHead
  /** Lines written since the start. */
  lines: number
  /** The write under way has taken too long; it counts as failed even if it ends. */
  abandoned: boolean
}

/** A trail on disk, of its one writer. Only the functions of this file change it, one step at a time. */
export type TrailDisk = Readonly<State>

/** A trail that another process writes: `start` ends with 3 (design/promises 9.10). */
export class TrailTakenError extends Error {
  readonly folder: string

  constructor(folder: string) {
    super(`another process writes the audit trail in ${folder}`)
    this.name = 'TrailTakenError'
    this.folder = folder
  }
}

/** Its files are beside the segments. */
const lockName = 'audit.lock'

/** The segment being written. */
type OpenFile = {
  readonly name: string
  readonly handle: SegmentFile
  identity: FileIdentity | undefined
  /** The size of its valid, whole lines. */
  bytes: number
  /** It may have more bytes, of an interrupted write. */
  dirty: boolean
  synced: boolean
}

export function newTrailDisk(folder: string, open: OpenSegment): TrailDisk {
  const position = { head: noHead, at: undefined, segment: undefined }
  return {
    ...{ folder, open, position, lock: undefined, file: undefined },
    ...{ known: false, onDisk: noHead, lines: 0, abandoned: false },
  }
}

/** An error with a word of ours as its code. */
function failure(why: string): Error {
  return Object.assign(new Error(why), { code: why })
}

/**
 * Becomes the writer of a folder, and goes on behind its last line.
 *
 * @throws TrailTakenError where there is another writer; an error of the operating system
 */
export async function takeOver(disk: State, wait: LockWait): Promise<Recovered> {
  const { folder, open } = disk
  disk.lock = await takeLock({ folder, name: lockName }, wait)
  if (disk.lock === undefined) throw new TrailTakenError(folder)
  const recovered = await recoverTrail(folder)
  const { head, segment } = recovered.position
  if (segment !== undefined) {
    const handle = await open(join(folder, segment.name), false)
    disk.file = { ...segment, handle, identity: await handle.stat(), dirty: false, synced: true }
    await handle.datasync()
  }
  disk.position = recovered.position
  disk.onDisk = head
  disk.known = true
  return recovered
}

/**
 * Writes one piece, with fdatasync where `sync` is true. Another writer may have come while this process was frozen: then this one
 * writes nothing more, and does not count what it wrote meanwhile.
 *
 * @throws an error of the operating system, `stalled`, `taken`
 */
export async function put(disk: State, piece: SegmentPiece, sync: boolean): Promise<void> {
  await checkLock(disk)
  if (piece.begins) await beginSegment(disk, piece.name)
  const { file, folder } = disk
  if (file === undefined) throw failure('ENOENT')
  file.dirty = true
  await writeAll(file.handle, piece.bytes)
  const synced = sync || piece.begins
  if (synced) await file.handle.datasync()
  if (piece.begins) await syncFolder(folder)
  await checkLock(disk)
  if (disk.abandoned) throw failure('stalled')
  file.bytes += piece.bytes.length
  file.dirty = false
  file.synced = synced
  disk.position = piece.after
  disk.lines += piece.lines
  if (synced) disk.onDisk = piece.after.head
}

/** Looks at the folder only if the last sign of life is not fresh. @throws `taken` */
async function checkLock({ lock }: State): Promise<void> {
  if (lock?.fresh() === false && (await lock.superseded())) throw failure('taken')
}

async function beginSegment(disk: State, name: string): Promise<void> {
  await sync(disk)
  await closeFile(disk)
  const handle = await disk.open(join(disk.folder, name), true)
  const file: OpenFile = { name, handle, identity: undefined, bytes: 0, dirty: true, synced: true }
  disk.file = file
  file.identity = await handle.stat()
}

/** Puts all written lines on the disk. */
async function sync(disk: State): Promise<void> {
  const { file } = disk
  if (file === undefined || file.synced) return
  await file.handle.datasync()
  file.synced = true
  disk.onDisk = disk.position.head
}

/** Closes the segment, and leaves it as it is. */
async function closeFile(disk: State): Promise<void> {
  const { file } = disk
  disk.file = undefined
  await file?.handle.close().catch(() => {})
}

/**
 * Goes on in a new segment, which begins with the gap line. Makes the folder where it is gone, and takes its lock where that was
 * lost. The rest of a failed write is cut from the segment before: a trail has no lines that nobody vouches for.
 *
 * @throws `taken`, `open_folder`; an error of the operating system
 */
export async function beginAnew(disk: State, gap: AuditEntry, wait: LockWait): Promise<void> {
  disk.abandoned = false
  if ((await makeAuditFolder(disk.folder)) !== undefined) throw failure('open_folder')
  const cut = await regain(disk, wait)
  await leaveFile(disk)
  const at = Date.now()
  const entries = [gap, ...(cut === undefined ? [] : [recoveredEntry(cut)])].map((entry) => ({ entry, at }))
  for (const piece of layOut({ ...disk.position, segment: undefined }, entries)) await put(disk, piece, true)
}

export function recoveredEntry({ file, bytes }: { file: string; bytes: number }): AuditEntry {
  return { event: 'recovered', detail: { file, bytes } }
}

/** Takes the lock again, and reads the position anew if others may have written meanwhile. */
async function regain(disk: State, wait: LockWait): Promise<Recovered['cut']> {
  const { folder, lock } = disk
  const held = await lock?.held()
  if (held && disk.known) return undefined
  const others = lock === undefined || (await lock.superseded())
  disk.known = false
  if (!held) {
    disk.lock = undefined
    await lock?.release()
    disk.lock = await takeLock({ folder, name: lockName }, wait)
    if (disk.lock === undefined) throw failure('taken')
  }
  await (others ? closeFile(disk) : leaveFile(disk)) // A file that others may have added to is not ours to cut.
  const { position, cut } = await recoverTrail(folder)
  if (position.head.seq >= disk.position.head.seq) disk.position = position
  disk.known = true
  return cut
}

/** Cuts the rest of a failed write from the segment, unless another file has replaced it, and closes it. */
async function leaveFile(disk: State): Promise<void> {
  const { file } = disk
  if (file?.dirty) {
    const path = join(disk.folder, file.name)
    if (file.bytes === 0) await rm(path, { force: true })
    else if (await isInPlace(path, file.identity)) {
      await file.handle.truncate(file.bytes)
      await file.handle.datasync()
    }
    file.dirty = false
  }
  if (file?.synced === false) await file.handle.datasync().catch(() => {}) // To save as much of it as possible.
  await closeFile(disk)
}

/** @throws an error of the operating system, but not for a missing file */
async function isInPlace(path: string, identity: FileIdentity | undefined): Promise<boolean> {
  try {
    return identity !== undefined && (await sizeOf(path, identity)) !== undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false
    throw error
  }
}

/** The look of each second. @throws `taken`, `replaced`; an error of the operating system, such as ENOENT */
export async function look(disk: State): Promise<void> {
  const { lock, file, folder } = disk
  if (await lock?.superseded()) throw failure('taken')
  if (file?.identity === undefined) return
  if ((await sizeOf(join(folder, file.name), file.identity)) !== file.bytes) throw failure('replaced')
  await sync(disk)
}

/** Makes the write under way count as failed, since it takes too long. */
export function abandonDisk(disk: State): void {
  disk.abandoned = true
}

/** Puts all written lines on the disk, and gives the folder back. */
export async function leave(disk: State): Promise<void> {
  await sync(disk).catch(() => {}) // No commit waits for it, and no line can tell of it any more.
  await closeFile(disk)
  await disk.lock?.release()
}
