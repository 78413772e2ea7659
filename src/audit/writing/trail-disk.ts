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
  /** The position has been read from the folder, and nobody else has written there since. */
  known: boolean
  position: TrailPosition
  file: OpenFile | undefined
  /** Of the last line that is on disk. */
  onDisk: ChainHead
  /** Lines written since the start. */
  lines: number
  /** What is being written has taken too long; it counts as failed even if it comes to an end. */
  abandoned: boolean
}

/** A trail on disk, as its one writer has it. One thing at a time is done with it, by the functions of this file alone. */
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

/** Its files lie beside the segments. */
const lockName = 'audit.lock'

/** The segment that is being written. */
type OpenFile = {
  readonly name: string
  readonly handle: SegmentFile
  identity: FileIdentity | undefined
  /** So much of it is whole lines that count. */
  bytes: number
  /** There may be more in it, of a write that did not come to its end. */
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

/** An error that is told by this word, as those of the operating system are by theirs. */
function failure(why: string): Error {
  return Object.assign(new Error(why), { code: why })
}

/**
 * Becomes the writer of a folder, and goes on behind its last line.
 *
 * @throws TrailTakenError where another one is; an error of the operating system
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
 * Writes one piece, on disk at the return where `sync` says so. Another writer may have come while this process was frozen:
 * it then writes nothing more, and promises nothing that it wrote meanwhile.
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

/** Looks at the folder only where the last sign of life is not fresh. @throws `taken` */
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

/** What was written without waiting is on disk. */
async function sync(disk: State): Promise<void> {
  const { file } = disk
  if (file === undefined || file.synced) return
  await file.handle.datasync()
  file.synced = true
  disk.onDisk = disk.position.head
}

/** Leaves the segment as it is. */
async function closeFile(disk: State): Promise<void> {
  const { file } = disk
  disk.file = undefined
  await file?.handle.close().catch(() => {})
}

/**
 * Goes on in a new segment, which begins with what happened. Makes the folder where it is gone, and takes its lock where
 * that was lost. What a failed write has left in the segment before is taken out of it first: a trail has no lines that
 * nobody vouches for.
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

/** The lock, and where the trail stands if others may have written meanwhile. */
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
  await (others ? closeFile(disk) : leaveFile(disk)) // What others may have added to is not ours to cut.
  const { position, cut } = await recoverTrail(folder)
  if (position.head.seq >= disk.position.head.seq) disk.position = position
  disk.known = true
  return cut
}

/** Takes out of the segment what a write left there that failed, unless another file has its place, and leaves it. */
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
  if (file?.synced === false) await file.handle.datasync().catch(() => {}) // Whatever can be saved of it.
  await closeFile(disk)
}

/** @throws an error of the operating system other than that there is none */
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

/** What is being written has taken too long: it counts as failed. */
export function abandonDisk(disk: State): void {
  disk.abandoned = true
}

/** Gives the folder back, with all on disk that was written. */
export async function leave(disk: State): Promise<void> {
  await sync(disk).catch(() => {}) // Nobody waits for it, and nothing can be told any more.
  await closeFile(disk)
  await disk.lock?.release()
}
