import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Why the folder of a file, or the one that a link in its place leads to, must not be trusted: whoever can write there can put
 * another file in its place.
 *
 * @param owners of whom it may be, beside root
 * @throws an error of the operating system
 */
export async function flawOfFoldersOf(path: string, owners: readonly number[]): Promise<string | undefined> {
  const real = await realpath(path).catch(() => path) // It may not be there yet.
  for (const folder of new Set([dirname(path), dirname(real)])) {
    const flaw = trustFlaw(folder, await stat(folder), owners)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

/**
 * What a folder's owner and mode forbid. In a sticky one nobody can take away the file of another; and root may give one to a
 * group of ours, as Kubernetes does with `fsGroup`.
 */
export function trustFlaw(
  folder: string,
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  owners: readonly number[],
): string | undefined {
  if (uid !== 0 && !owners.includes(uid)) return `${folder} belongs to another user (uid ${uid})`
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0) return undefined
  const ours = [process.getegid?.(), ...(process.getgroups?.() ?? [])]
  if (uid === 0 && (mode & 0o2000) !== 0 && (mode & 0o002) === 0 && ours.includes(gid)) return undefined
  return `${folder} can be written by ${(mode & 0o002) === 0 ? 'its group' : 'every user of this machine'}`
}
