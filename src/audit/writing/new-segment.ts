import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { type LockWait, takeLock } from '../../files/lock-files.ts'
import { makeAuditFolder } from '../audit-folder.ts'
import type { AuditEntry } from '../audit-line.ts'
import { layOut } from './compose-lines.ts'
import { type Recovered, recoverTrail } from './recover-trail.ts'
import { type Identity, sizeOf } from './segment-file.ts'
import { closeFile, failing, lockName, put, type TrailDisk } from './trail-disk.ts'

/**
 * Goes on in a new segment, which begins with what happened. Makes the folder where it is gone, and takes its lock where
 * that was lost. What a failed write has left in the segment before is taken out of it first: a trail has no lines that
 * nobody vouches for.
 *
 * @throws `taken`, `open_folder`; an error of the operating system
 */
export async function beginAnew(disk: TrailDisk, gap: AuditEntry, wait: LockWait): Promise<void> {
  disk.abandoned = false
  if ((await makeAuditFolder(disk.folder)) !== undefined) throw failing('open_folder')
  const cut = await regain(disk, wait)
  await leaveFile(disk)
  const at = Date.now()
  const entries = [gap, ...(cut === undefined ? [] : [recoveredEntry(cut)])].map((entry) => ({ entry, at }))
  for (const piece of layOut({ ...disk.standing, segment: undefined }, entries)) await put(disk, piece, true)
}

export function recoveredEntry({ file, bytes }: { file: string; bytes: number }): AuditEntry {
  return { event: 'recovered', detail: { file, bytes } }
}

/** The lock, and where the trail stands if others may have written meanwhile. */
async function regain(disk: TrailDisk, wait: LockWait): Promise<Recovered['cut']> {
  const { folder, lock } = disk
  const held = await lock?.held()
  if (held && disk.known) return undefined
  const others = lock === undefined || (await lock.superseded())
  disk.known = false
  if (!held) {
    disk.lock = undefined
    await lock?.release()
    disk.lock = await takeLock({ folder, name: lockName }, wait)
    if (disk.lock === undefined) throw failing('taken')
  }
  await (others ? closeFile(disk) : leaveFile(disk)) // What others may have added to is not ours to cut.
  const { standing, cut } = await recoverTrail(folder)
  if (standing.head.seq >= disk.standing.head.seq) disk.standing = standing
  disk.known = true
  return cut
}

/** Takes out of the segment what a write left there that failed, unless another file has its place, and leaves it. */
async function leaveFile(disk: TrailDisk): Promise<void> {
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
async function isInPlace(path: string, identity: Identity | undefined): Promise<boolean> {
  try {
    return identity !== undefined && (await sizeOf(path, identity)) !== undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false
    throw error
  }
}
