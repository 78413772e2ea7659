import type { FolderLock } from '../files/lock-files.ts'
import type { AccessToken } from '../tokens/token-source.ts'
import { type Room, readLogin, type StoredLogin, writeLogin } from './login-file.ts'

/** A login from CATAPA that is not on the disk yet. Until it is stored, no other process gets the lease. */
export type Unsaved = Readonly<{ login: StoredLogin; access: AccessToken; room: Room; lock: FolderLock }>

/** Stores a login. @returns whether it was stored; false where it is outdated @throws ProblemError */
export async function storeUnsaved(folder: string, { login, room, lock }: Unsaved): Promise<boolean> {
  if (await isOutdated(folder, login, lock)) return false
  try {
    await room.fill(login)
  } catch {
    // The room may be gone, with its folder or because others had a lease since the look above.
    if (await isOutdated(folder, login, lock)) return false
    await writeLogin(folder, login)
  }
  return true
}

/**
 * Whether the file was removed or replaced by hand, or during a later lease while this process was frozen; such a change is not
 * undone. A folder that is gone with our lock is another matter: its disk went away.
 */
async function isOutdated(
  folder: string,
  { id, rotation, refreshToken }: StoredLogin,
  lock: FolderLock,
): Promise<boolean> {
  const reading = await readLogin(folder)
  if ('login' in reading) {
    const found = reading.login
    return found.id !== id || (found.rotation >= rotation && found.refreshToken !== refreshToken)
  }
  return reading.flaw.kind === 'missing' && ((await lock.held()) || (await lock.superseded()))
}
