import { isGivenByRoot, type OnTheWay, writers } from '../../files/trusted-folder.ts'
import { shellWord } from '../../words/shell-word.ts'
import { openFileWords } from './open-file-words.ts'

/** A file with its owner and mode, and everything on the way to it. */
export type FoundFile = Readonly<{ path: string; mode: number; uid: number; way: readonly OnTheWay[] }>

/**
 * Tells which users other than root and this one could write the callers file or replace it, and so let themselves in
 * (design/promises 8.3). In a folder with the sticky bit, such as /tmp, they cannot touch files of others.
 */
export function openToOthers({ path, mode, uid, way }: FoundFile): string[] {
  const words = openFileWords()
  return [
    ...(isAnothers(uid) ? [words.otherOwner(path, uid, `chown root ${shellWord(path)}`)] : []),
    ...((mode & 0o022) === 0 ? [] : [words.writable(path, writers(mode), `chmod go-w ${shellWord(path)}`)]),
    ...way.flatMap((one) => flawsOnTheWay(one, path)),
  ]
}

function flawsOnTheWay(found: OnTheWay, file: string): string[] {
  const { path, link, mode, uid } = found
  const place = { path, link, file }
  if (isAnothers(uid)) {
    const command = `chown ${link ? '-h ' : ''}root ${shellWord(path)}`
    return [openFileWords().otherOwnerOnTheWay(place, uid, command)]
  }
  if (link || (mode & 0o022) === 0 || (mode & 0o1000) !== 0 || isGivenByRoot(found)) return []
  return [openFileWords().writableOnTheWay(place, writers(mode), `chmod go-w ${shellWord(path)}`)]
}

function isAnothers(uid: number): boolean {
  return uid !== 0 && uid !== process.geteuid?.()
}
