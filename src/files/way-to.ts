import { lstatSync, readlinkSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'

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
