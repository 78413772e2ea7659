import { isGivenByRoot, type OnTheWay } from '../../files/trusted-folder.ts'
import { shellWord } from '../../words/shell-word.ts'

/** A file with its owner and mode, and everything on the way to it. */
export type FoundFile = Readonly<{ path: string; mode: number; uid: number; way: readonly OnTheWay[] }>

/**
 * Tells which users other than root and this one could write the callers file or replace it, and so let themselves in
 * (design/promises 8.3). In a folder with the sticky bit, such as /tmp, they cannot touch files of others.
 */
export function openToOthers({ path, mode, uid, way }: FoundFile): string[] {
  const flaws: string[] = []
  if (isAnothers(uid)) {
    flaws.push(
      `${path} belongs to another user (uid ${uid}), who could let themselves in: chown root ${shellWord(path)}`,
    )
  }
  if ((mode & 0o022) !== 0) {
    flaws.push(`${path} can be written by ${writers(mode)}, who could let themselves in: chmod go-w ${shellWord(path)}`)
  }
  return [...flaws, ...way.flatMap((one) => flawsOnTheWay(one, path))]
}

function flawsOnTheWay(found: OnTheWay, file: string): string[] {
  const { path, link, mode, uid } = found
  const place = `the ${link ? 'link' : 'folder'} ${path}, on the way to ${file},`
  if (isAnothers(uid)) {
    const change = link ? 'chown -h root' : 'chown root'
    return [
      `${place} belongs to another user (uid ${uid}), who could lead to another file: ${change} ${shellWord(path)}`,
    ]
  }
  if (link || (mode & 0o022) === 0 || (mode & 0o1000) !== 0 || isGivenByRoot(found)) return []
  return [
    `${place} can be written by ${writers(mode)}, who could put another file there: chmod go-w ${shellWord(path)}`,
  ]
}

function isAnothers(uid: number): boolean {
  return uid !== 0 && uid !== process.geteuid?.()
}

function writers(mode: number): string {
  return (mode & 0o002) === 0 ? 'its group' : 'every user of this machine'
}
