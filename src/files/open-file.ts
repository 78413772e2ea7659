import { constants, readFileSync } from 'node:fs'
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

/** Does something with a file, and closes it. @throws the errors of both */
export async function withFile<Outcome>(
  opening: Promise<FileHandle>,
  act: (file: FileHandle) => Promise<Outcome>,
): Promise<Outcome> {
  const file = await opening
  try {
    return await act(file)
  } finally {
    await file.close()
  }
}

/** Puts new files and new names in a folder on the disk. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await withFile(open(folder, constants.O_RDONLY), (handle) => handle.sync())
}

/** The text of a file; empty where it cannot be read. */
export function textOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
