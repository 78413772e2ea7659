import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isGivenByRoot } from '../files/given-folder.ts'
import type { LoginFlaw } from '../problems/failure.ts'

type Found = Pick<Stats, 'isDirectory' | 'mode' | 'uid' | 'gid'>

/** Why a state folder must not be used. Where there is none, or it may not be looked at, opening it says so. */
export async function flawOfFolder(folder: string): Promise<LoginFlaw | undefined> {
  // Through links: systemd's $STATE_DIRECTORY is one. What counts is the folder where it leads.
  const found = await stat(folder).catch(() => undefined)
  return found && folderFlaw(folder, found)
}

/**
 * What a folder's owner and mode forbid: whoever can write in it can put a login of his own there, or take ours away. A
 * sticky bit changes nothing of that. Root can do so anywhere, so a folder of root's counts as ours, also when root
 * gives it to a group of ours as Kubernetes does with `fsGroup`. Windows has neither owner nor mode here.
 */
export function folderFlaw(folder: string, found: Found): LoginFlaw | undefined {
  const { mode, uid } = found
  const own = process.geteuid?.()
  if (own === undefined || !found.isDirectory()) return undefined
  if (uid !== own && uid !== 0) return { kind: 'other_owner', path: folder, uid, own, folder: true }
  if ((mode & 0o022) === 0 || isGivenByRoot(found)) return undefined
  return { kind: 'too_open', path: folder, mode, ours: uid === own, folder: true }
}
