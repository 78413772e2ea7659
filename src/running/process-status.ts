import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { isAbsolute } from 'node:path'
import { takeEnvironment } from '../settings/environment.ts'
import { memberAt } from '../words/member-at.ts'
import { isPrintable } from '../words/printable.ts'
import { tried } from '../words/tried.ts'

/** User and place of a process: by these `login` knows whether it would use the same folder as a running sidecar, as the same user. */
export type ProcessStatus = {
  /** Undefined if the user has no name, as in containers. */
  user: string | undefined
  /** Undefined on Windows. */
  uid: number | undefined
  gid: number | undefined
  stateDir: string
  /** Its mount namespace (Linux): in another one, the same path can be another file. */
  files: string | undefined
  /** The container's id or, if that is not known, its host name, which is mostly the same; undefined outside containers. */
  container: string | undefined
  /** The systemd unit that it belongs to. */
  unit: string | undefined
}

/** The status of this process. */
export function processStatus(stateDir: string): ProcessStatus {
  return {
    user: tried(() => userInfo().username),
    uid: process.geteuid?.(),
    gid: process.getegid?.(),
    stateDir,
    files: tried(() => readlinkSync('/proc/self/ns/mnt')),
    container: takeEnvironment().container ? (containerIn(textIn('/proc/self/mountinfo')) ?? hostname()) : undefined,
    unit: unitIn(textIn('/proc/self/cgroup')),
  }
}

/**
 * The status in a sidecar's answer. Every member is checked: the answer may come from another version, or from an attacker.
 * Undefined without the folder of the login.
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

/** The id of a user or a group. */
function id(from: unknown, name: string): number | undefined {
  const value = memberAt(from, name)
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined
}

/** The id, from the path that an engine mounts as `/etc/hostname`. On the host's network the host name is the host's. */
function containerIn(mounts: string): string | undefined {
  return /containers\/([0-9a-f]{12})[0-9a-f]{52}\/(?:userdata\/)?hostname /.exec(mounts)?.[1]
}

/** The last part of `0::/system.slice/catapa-sidecar.service`. */
function unitIn(cgroups: string): string | undefined {
  return /\/([\w@:.\\-]+\.service)$/m.exec(cgroups)?.[1]
}

function textIn(path: string): string {
  return tried(() => readFileSync(path, 'utf8')) ?? ''
}
