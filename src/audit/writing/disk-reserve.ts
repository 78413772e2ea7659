import { statfs } from 'node:fs/promises'

const mostBytes = 64 * 1024 * 1024
/** The reserve is at most this part of a small disk. */
const mostPart = 0.1

/**
 * Whether a folder's disk has so little room that it is reserved for calls, and not for lines that a stranger can cause: less than
 * 64 MiB, or than a tenth of a small disk. False where the room is not known.
 */
export async function isShort(folder: string): Promise<boolean> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return bavail * bsize < Math.min(mostBytes, blocks * bsize * mostPart)
  } catch {
    return false
  }
}
