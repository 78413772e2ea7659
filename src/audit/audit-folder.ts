import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../files/errno.ts'
import { ConfigError } from '../settings/config-error.ts'
import { shellWord } from '../words/shell-word.ts'
import { auditFolderWords } from './audit-folder-words.ts'

const setting = 'SIDECAR_AUDIT_DIR'

/** Errors for which `start` ends with 2. Any other may pass. */
function wrong(code: string): string | undefined {
  const words = auditFolderWords()
  switch (code) {
    case 'ENOENT':
      return words.nothingAbove
    case 'ENOTDIR':
    case 'EEXIST':
      return words.noFolder
    case 'EACCES':
    case 'EPERM':
      return words.forbidden
    case 'EROFS':
      return words.readOnly
    case 'ELOOP':
      return words.nowhere
    default:
      return undefined
  }
}

/**
 * The folder of the trail, made 0700 where the one above it is there (design/promises 9.1).
 *
 * @throws ConfigError for one that cannot be made, or that others can reach; else an error of the operating system
 */
export async function checkAuditFolder(folder: string): Promise<void> {
  let flaw: string | undefined
  try {
    flaw = await makeAuditFolder(folder)
  } catch (error) {
    flaw = wrong(codeOf(error))
    if (flaw === undefined) throw error
  }
  if (flaw !== undefined) throw new ConfigError([{ name: setting, problem: flaw }])
}

/** The flaw that `checkAuditFolder` would find, as far as that shows without making the folder. */
export function auditFolderToBe(folder: string): string | undefined {
  try {
    return auditFolderFlaw(folder, statSync(folder))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return wrong(codeOf(error))
  }
  try {
    accessSync(dirname(folder), constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return wrong(codeOf(error))
  }
}

/** @returns why it must not be used, if it must not @throws an error of the operating system */
export async function makeAuditFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  return auditFolderFlaw(folder, await stat(folder)) // Through links: the folder at the end counts.
}

/** Why a folder's kind, owner or mode forbid its use. Windows has neither owner nor mode here: its ACLs are documented. */
export function auditFolderFlaw(
  folder: string,
  found: Pick<Stats, 'isDirectory' | 'mode' | 'uid'>,
): string | undefined {
  if (!found.isDirectory()) return auditFolderWords().noFolder
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  if (found.uid !== own) return auditFolderWords().otherOwner(folder, found.uid)
  if ((found.mode & 0o077) === 0) return undefined
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0')
  return auditFolderWords().tooOpen(folder, mode, `chmod 700 ${shellWord(folder)}`)
}
