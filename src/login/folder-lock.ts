import { type FolderLock, takeLock } from '../files/lock-files.ts'
import { storeError } from './login-folder-error.ts'
import { makeStateFolder } from './make-folder.ts'

export type { FolderLock } from '../files/lock-files.ts'

/**
 * The lock of a state folder, which is made where there is none: processes that share a login have it one after the other.
 *
 * @returns undefined when it was not to be had within `waitMs`, or before `signal`
 * @throws ProblemError when the folder cannot be written
 */
export async function lockFolder(
  folder: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<FolderLock | undefined> {
  try {
    await makeStateFolder(folder)
    return await takeLock({ folder, name: 'login.lock' }, { waitMs, signal })
  } catch (error) {
    throw storeError(folder, error)
  }
}
