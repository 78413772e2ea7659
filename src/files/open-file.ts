import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Follow no link: it could lead to any file that we may read or write. Windows has no such flag. */
const noLink = constants.O_NOFOLLOW ?? 0

/** Opens a file of a state folder to read it, without waiting for the other end of a pipe. The owner is not checked. */
export function openToRead(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | noLink | (constants.O_NONBLOCK ?? 0))
}

/** Makes a file in a state folder, 0600. @throws EEXIST where the name is taken, also by a link */
export function openNew(path: string): Promise<FileHandle> {
  return open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noLink, 0o600)
}

/** Opens a file that this process has made, to overwrite it. @throws when it is no longer this user's, or has a second name */
export async function openOwn(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDWR | noLink)
  const found = await file.stat()
  const own = process.geteuid?.()
  if (found.nlink <= 1 && (own === undefined || found.uid === own)) return file
  await file.close()
  throw new Error(`${path} is not what was made there`)
}

/** Puts new files and new names in a folder on the disk. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
