import type { Stats } from 'node:fs'
import { isGivenByRoot } from './given-folder.ts'
import { wayTo } from './way-to.ts'

/**
 * Why a folder or link on the way to a file must not be trusted: whoever can write there can put another file in its place.
 *
 * @param owners of whom it may be, beside root
 */
export function flawOfWayTo(path: string, owners: readonly number[]): string | undefined {
  for (const { path: onTheWay, link, ...found } of wayTo(path)) {
    const flaw = trustFlaw(onTheWay, link ? { ...found, mode: 0 } : found, owners)
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
  found: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  owners: readonly number[],
): string | undefined {
  const { uid, mode } = found
  if (uid !== 0 && !owners.includes(uid)) return `${folder} belongs to another user (uid ${uid})`
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0 || isGivenByRoot(found)) return undefined
  return `${folder} can be written by ${(mode & 0o002) === 0 ? 'its group' : 'every user of this machine'}`
}
