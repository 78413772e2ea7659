import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isGivenByRoot } from '../files/trusted-folder.ts'
import type { LoginFlaw } from '../problems/failure.ts'

type Found = Pick<Stats, 'isDirectory' | 'mode' | 'uid' | 'gid'>

/** Why a state folder must not be used. A folder that is missing or closed to us shows when it is opened. */
export async function flawOfFolder(folder: string): Promise<LoginFlaw | undefined> {
  // Through links, since systemd's $STATE_DIRECTORY is one: the folder at its end counts.
  const found = await stat(folder).catch(() => undefined)
  return found && folderFlaw(folder, found)
}

/**
 * Why a folder's owner and mode make it unsafe: another user who can write there could put in another login, or remove ours, even
 * with a sticky bit. Root can do so anywhere, so a folder of root's counts as ours, also one that root gave to a group of ours as
 * Kubernetes does with `fsGroup`. Windows has neither owner nor mode here.
 */
export function folderFlaw(folder: string, found: Found): LoginFlaw | undefined {
  const { mode, uid } = found
  const own = process.geteuid?.()
  if (own === undefined || !found.isDirectory()) return undefined
  if (uid !== own && uid !== 0) return { kind: 'other_owner', path: folder, uid, own, folder: true }
  if ((mode & 0o022) === 0 || isGivenByRoot(found)) return undefined
  return { kind: 'too_open', path: folder, mode, ours: uid === own, folder: true }
}
