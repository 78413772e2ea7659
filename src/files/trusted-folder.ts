import type { Stats } from 'node:fs'
import { isGivenByRoot } from './given-folder.ts'
import { wayTo } from './way-to.ts'

/**
 * Why a folder or link on the way to a file must not be trusted: a user who can write there can replace the file.
 *
 * @param owners trusted users, beside root
 */
export function flawOfWayTo(path: string, owners: readonly number[]): string | undefined {
  for (const { path: onTheWay, link, ...found } of wayTo(path)) {
    const flaw = trustFlaw(onTheWay, link ? { ...found, mode: 0 } : found, owners)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

/**
 * Why a folder's owner and mode make it unsafe. In a sticky folder nobody can remove files of others; and root may give a folder
 * to a group of ours, as Kubernetes does with `fsGroup`.
 */
export function trustFlaw(
  folder: string,
  found: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  owners: readonly number[],
): string | undefined {
  const { uid, mode } = found
  if (uid !== 0 && !owners.includes(uid)) return `${folder} belongs to another user (uid ${uid})`
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0 || isGivenByRoot(found)) return undefined
  return `${folder} can be written by ${(mode & 0o002) === 0 ? 'its group' : 'every user of this machine'}`
}
