import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { accessWords } from './access-words.ts'

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
  if (uid !== 0 && !owners.includes(uid)) return accessWords().otherOwner(folder, uid)
  if ((mode & 0o022) === 0 || (mode & 0o1000) !== 0 || isGivenByRoot(found)) return undefined
  return accessWords().writableBy(folder, writers(mode))
}

/** For people: the users who may write to a file of this mode. */
export function writers(mode: number): string {
  return (mode & 0o002) === 0 ? accessWords().group : accessWords().everyone
}

/** Whether root gave a folder to a group of ours alone, with the setgid bit, as Kubernetes does with `fsGroup`. */
export function isGivenByRoot({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): boolean {
  const ours = [process.getegid?.(), ...(process.getgroups?.() ?? [])]
  return uid === 0 && (mode & 0o2000) !== 0 && (mode & 0o002) === 0 && ours.includes(gid)
}

/** A folder or link on the way to a file, with its owner and mode. */
export type OnTheWay = Readonly<{ path: string; link: boolean; mode: number; uid: number; gid: number }>

/** The kernel follows as many (path_resolution(7)). */
const mostLinks = 40

/**
 * Every folder and link on the way to a file, from `/` on, as the kernel follows them and as far as we may look. A user who can
 * replace one of them can replace the file.
 */
export function wayTo(path: string): OnTheWay[] {
  const way = new Map<string, OnTheWay>()
  const left = resolve(path).split('/')
  let at = '/'
  let links = 0
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const next = name === '..' ? dirname(at) : join(at, name)
    const found = lookAt(next)
    if (found === undefined) break
    const link = found.isSymbolicLink()
    const { mode, uid, gid } = found
    if (link || found.isDirectory()) way.set(next, { path: next, link, mode, uid, gid })
    if (!link) at = next
    else if (++links > mostLinks) break
    else {
      const target = readlinkSync(next)
      if (isAbsolute(target)) at = '/'
      left.unshift(...target.split('/'))
    }
  }
  return [...way.values()]
}

function lookAt(path: string) {
  try {
    return lstatSync(path)
  } catch {
    return undefined // Opening the file will tell the reason.
  }
}
