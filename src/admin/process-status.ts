import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { takeEnvironment } from '../config/environment.ts'

/** As whom and where a process runs: what `login` has to know of a running sidecar to reach the same folder as the same user. */
export type ProcessStatus = {
  /** Undefined where the user has no name, as in containers. */
  user: string | undefined
  /** Undefined on Windows. */
  uid: number | undefined
  gid: number | undefined
  stateDir: string
  /** Its view of the file system (mount namespace, Linux): in another one the same path can be another file. */
  files: string | undefined
  /** The name by which a container engine knows it, unless it was given another; undefined outside of containers. */
  container: string | undefined
  /** The systemd unit that it belongs to. */
  unit: string | undefined
}

/** Of this process. */
export function processStatus(stateDir: string): ProcessStatus {
  return {
    user: userName(),
    uid: process.geteuid?.(),
    gid: process.getegid?.(),
    stateDir,
    files: linkOrNothing('/proc/self/ns/mnt'),
    container: takeEnvironment().container ? hostname() : undefined,
    unit: unitIn(textOrNothing('/proc/self/cgroup')),
  }
}

function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

/** The last part of `0::/system.slice/catapa-sidecar.service`. */
function unitIn(cgroups: string): string | undefined {
  return /\/([\w@:.\\-]+\.service)$/m.exec(cgroups)?.[1]
}

function linkOrNothing(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function textOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
