import { statSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { folderFlaw } from '../login/judge-folder.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { memberAt } from '../words/member-at.ts'
import { isPrintable } from '../words/printable.ts'
import { shellWord } from '../words/shell-word.ts'
import { localGet, reachable } from './local-request.ts'
import type { ProcessStatus } from './process-status.ts'

/** How the command at hand was called, to say it anew. */
export type Call = Readonly<{
  /** The command and its options: `login --paste`. */
  words: readonly string[]
  configPath: string | undefined
}>

type Running = Readonly<{ process: ProcessStatus; tenant: unknown; clientId: unknown }>

/** The sidecar that runs at SIDECAR_ADMIN_LISTEN, if there is one and it says where it keeps logins. */
export async function runningSidecarProcess(adminListen: readonly ListenAddress[]): Promise<Running | undefined> {
  for (const at of adminListen.flatMap(reachable)) {
    const answer = await localGet(at, '/api/status', 2000)
    const found = answer?.status === 200 ? read(answer.body) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Why what this process does to the state folder would not reach the running sidecar, and what would; undefined when it does.
 *
 * Any user of the machine can be the one who answers. So it is told as what somebody says; no command hands anything of
 * ours, or a folder, to another user; none makes this terminal another user's (whose shell could ask for passwords
 * there); and a folder is only named to a command when it is ours to write in.
 */
export function elsewhere(
  running: ProcessStatus,
  own: ProcessStatus,
  call: Call,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const { container, stateDir, user, uid } = running
  if (container !== undefined && running.files !== own.files) {
    return `${says} that it is a sidecar in the container ${container}, and so is its state folder. ${doubt} run there:\n\n  ${inContainer(container, call)}`
  }
  if (platform !== 'win32' && uid !== own.uid) {
    const who = user === undefined ? `another user${uid === undefined ? '' : ` (uid ${uid})`}` : `the user ${user}`
    const what = `${says} that it belongs to ${who} and keeps its login in ${stateDir}`
    const unit = unitOf(running)
    if (unit !== undefined) {
      return `${what}, as the service ${unit}. ${doubt} take the command for services from docs/on-behalf-of.md ("systemd"): only systemd can start a program as the user of a service, with that service's own settings.`
    }
    return `${what}. ${doubt} run this as that user, with that user's own settings; hand over none of yours, neither environment nor files:\n\n  ${started(call)}`
  }
  if (stateDir === own.stateDir) return undefined
  const what = `${says} that it keeps its login in another folder, ${stateDir}.`
  // On Windows nothing tells whose folder it is: it could be another machine's.
  if (platform === 'win32') {
    return `${what} ${doubt} run this as an administrator, with the settings of that sidecar (--config), in cmd.exe:\n\n  ${started(call, quotedForWindows)}`
  }
  if (!isOurs(stateDir)) return `${what} Others could put files there, so it is no folder for a login of yours.`
  const placed = `env ${shellWord(`SIDECAR_STATE_DIR=${stateDir}`)} ${started(call)}${configOf(call)}`
  return `${what} ${doubt} run this instead:\n\n  ${placed}`
}

const says = 'What answers at SIDECAR_ADMIN_LISTEN says'
const doubt = 'Any user of this machine could be answering there. If you know that it is so,'

/** Whether both have the same state folder, whoever they are. */
export function sameFolder(running: ProcessStatus, own: ProcessStatus): boolean {
  return running.stateDir === own.stateDir && (running.container === undefined || running.files === own.files)
}

function inContainer(container: string, { words }: Call): string {
  const pasted = words.includes('login') && !words.includes('--paste') ? [...words, '--paste'] : words
  return `docker exec -it ${[container, 'catapa-sidecar', ...pasted].map((word) => shellWord(word)).join(' ')}`
}

/** A service as docs/deploy/systemd.md installs it. */
function unitOf({ unit = '' }: ProcessStatus): string | undefined {
  return /^catapa-sidecar(?:@[\w-]{1,64})?\.service$/.exec(unit)?.[0]
}

/** This program anew, by its path: another user may have another PATH. */
function started({ words }: Call, quote = shellWord): string {
  const [node = 'node', script = ''] = process.argv
  const program = basename(script) === 'catapa-sidecar' ? [script] : [node, script]
  return [...program, ...words].map((word) => quote(word)).join(' ')
}

function configOf({ configPath }: Call): string {
  return configPath === undefined ? '' : ` --config ${shellWord(resolve(configPath))}`
}

/** Whether only this user, and root, can write in a folder, or where it would be made. */
function isOurs(folder: string): boolean {
  try {
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found !== undefined) return found.isDirectory() && folderFlaw(folder, found) === undefined
    const above = dirname(folder)
    return above !== folder && isOurs(above)
  } catch {
    return false // It may not be looked at.
  }
}

/** For cmd.exe, less quotes, which no path has there. */
function quotedForWindows(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replaceAll('"', '')}"`
}

/** Nothing is taken for granted: it may be of another version, another program, or somebody who means ill. */
function read(body: unknown): Running | undefined {
  const found = memberAt(body, 'process')
  const stateDir = text(found, 'stateDir', /^.{1,1024}$/u)
  if (stateDir === undefined || !isAbsolute(stateDir)) return undefined
  const credentials = memberAt(body, 'credentials')
  return {
    process: {
      user: text(found, 'user', /^[a-z_][\w.-]{0,31}\$?$/i),
      uid: id(found, 'uid'),
      gid: id(found, 'gid'),
      stateDir,
      files: text(found, 'files', /^.{1,64}$/u),
      container: text(found, 'container', /^[a-z\d][\w.-]{0,127}$/i),
      unit: text(found, 'unit', /^.{1,255}$/u),
    },
    tenant: memberAt(credentials, 'tenant'),
    clientId: memberAt(credentials, 'clientId'),
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
