import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { takeEnvironment } from '../settings/environment.ts'

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
  /** The id by which a container engine knows it, else its host name, which mostly is the same; undefined outside of containers. */
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
    container: takeEnvironment().container
      ? (containerIn(textOrNothing('/proc/self/mountinfo')) ?? hostname())
      : undefined,
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

/** From where an engine mounts `/etc/hostname`. With the host's network the host name is the host's. */
function containerIn(mounts: string): string | undefined {
  return /containers\/([0-9a-f]{12})[0-9a-f]{52}\/(?:userdata\/)?hostname /.exec(mounts)?.[1]
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
