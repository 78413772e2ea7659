import { type FolderLock, takeLock } from '../files/lock-files.ts'
import { loginFolderError, makeStateFolder } from './state-folder.ts'

/**
 * Takes a lease of the lock of a state folder, which is made where it is missing.
 *
 * @returns undefined when no lease was free within `waitMs`, or before `signal`
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
    throw loginFolderError(folder, error)
  }
}
