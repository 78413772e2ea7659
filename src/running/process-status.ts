import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import { takeEnvironment } from '../settings/environment.ts'
import { memberAt } from '../words/member-at.ts'
import { isPrintable } from '../words/printable.ts'

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

/**
 * Of a sidecar that says it. Nothing is taken for granted: it may be of another version, or somebody who means ill. Undefined
 * where it does not say where it keeps logins.
 */
export function saidProcess(said: unknown): ProcessStatus | undefined {
  const stateDir = text(said, 'stateDir', /^.{1,1024}$/u)
  if (stateDir === undefined || !isAbsolute(stateDir)) return undefined
  return {
    user: text(said, 'user', /^[a-z_][\w.-]{0,31}\$?$/i),
    uid: id(said, 'uid'),
    gid: id(said, 'gid'),
    stateDir,
    files: text(said, 'files', /^.{1,64}$/u),
    container: text(said, 'container', /^[a-z\d][\w.-]{0,127}$/i),
    unit: text(said, 'unit', /^.{1,255}$/u),
  }
}

function text(from: unknown, name: string, form: RegExp): string | undefined {
  const value = memberAt(from, name)
  return typeof value === 'string' && form.test(value) && isPrintable(value) ? value : undefined
}

/** Of a user or a group. */
function id(from: unknown, name: string): number | undefined {
  const value = memberAt(from, name)
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined
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
