import { words } from '../../words/language.ts'

/** Why a folder cannot be written, by errno, as a clause after a colon. */
export const diskReasons = words('diskReasons', {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is full",
  EROFS: 'the disk is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
  ENOENT: 'it is not there and cannot be made',
  EIO: 'the disk fails',
})

/** The reason behind this errno; an errno that is not known speaks for itself. */
export function diskReason(errno: string): string {
  const reasons: Readonly<Record<string, string>> = diskReasons()
  return reasons[errno] ?? errno
}
