import { statfs } from 'node:fs/promises'

const mostBytes = 64 * 1024 * 1024
/** Of a small disk. */
const mostPart = 0.1

/**
 * Whether so little is left on the disk of a folder that it is for calls alone, and for nothing that a stranger can cause:
 * less than 64 MiB, or than a tenth of a small disk. False where that cannot be known.
 */
export async function isShort(folder: string): Promise<boolean> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder)
    return bavail * bsize < Math.min(mostBytes, blocks * bsize * mostPart)
  } catch {
    return false
  }
}
