import type { Stats } from 'node:fs'

/** Whether root gave a folder to a group of ours alone, with the setgid bit, as Kubernetes does with `fsGroup`. */
export function isGivenByRoot({ mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): boolean {
  const ours = [process.getegid?.(), ...(process.getgroups?.() ?? [])]
  return uid === 0 && (mode & 0o2000) !== 0 && (mode & 0o002) === 0 && ours.includes(gid)
}
