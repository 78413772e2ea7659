import type { Stats } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf, isForbidden } from '../files/errno.ts'
import { isGivenByRoot } from '../files/trusted-folder.ts'
import type { LoginFlaw } from '../problems/failure.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import { flawed } from './judge-login.ts'

/** Makes a state folder where it is missing. @throws ProblemError for one that must not be used, an error of the operating system */
export async function makeStateFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  const flaw = await flawOfFolder(folder)
  if (flaw !== undefined) throw new ProblemError(flawed(flaw))
}

/**
 * Makes a folder for its owner alone, with those above it. Node's own `recursive` never ends below a folder that cannot have
 * others in it, such as /proc. @throws an error of the operating system
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await make(folder)
  }
}

async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (!isThere) throw error
  }
}

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

/** An error with a state folder as a problem, without a token in it. */
export function loginFolderError(folder: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const own = isForbidden(error) ? process.geteuid?.() : undefined
  return problem('login_not_stored', { folder, errno: codeOf(error), own }, { cause: error })
}
