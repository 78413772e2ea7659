import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { folderFlaw } from '../login/state-folder.ts'
import { shellWord } from '../words/shell-word.ts'
import type { ProcessStatus } from './process-status.ts'

/** How the present command was called, to print it again. */
export type Invocation = Readonly<{
  /** The command and its options: `login --paste`. */
  words: readonly string[]
  configPath: string | undefined
}>

/**
 * Why changes of this process to its login folder would not reach the running sidecar, and the command that would; undefined if
 * both use the same folder.
 *
 * Any user of the machine can be answering. So the text quotes the answer as hearsay; no command hands our settings, files or
 * folders to another user; none gives this terminal to another user (whose shell could ask for passwords there); and a folder
 * is named in a command only if it is ours to write in.
 */
export function whyNotSameFolder(
  running: ProcessStatus,
  own: ProcessStatus,
  call: Invocation,
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
  // On Windows the owner of a folder does not show: it could even be on another machine.
  if (platform === 'win32') {
    return `${what} ${doubt} run this as an administrator, with the settings of that sidecar (--config), in cmd.exe:\n\n  ${started(call, quotedForWindows)}`
  }
  if (!isOurs(stateDir)) return `${what} Others could put files there, so it is no folder for a login of yours.`
  const placed = `env ${shellWord(`SIDECAR_STATE_DIR=${stateDir}`)} ${started(call)}${configOf(call)}`
  return `${what} ${doubt} run this instead:\n\n  ${placed}`
}

const says = 'What answers at SIDECAR_ADMIN_LISTEN says'
const doubt = 'Any user of this machine could be answering there. If you know that it is so,'

/** Whether both have the same login folder, as any user. */
export function sameFolder(running: ProcessStatus, own: ProcessStatus): boolean {
  return running.stateDir === own.stateDir && (running.container === undefined || running.files === own.files)
}

function inContainer(container: string, { words }: Invocation): string {
  const pasted = words.includes('login') && !words.includes('--paste') ? [...words, '--paste'] : words
  return `docker exec -it ${[container, 'catapa-sidecar', ...pasted].map((word) => shellWord(word)).join(' ')}`
}

/** The unit, if it is one of docs/deploy/systemd.md. */
function unitOf({ unit = '' }: ProcessStatus): string | undefined {
  return /^catapa-sidecar(?:@[\w-]{1,64})?\.service$/.exec(unit)?.[0]
}

/** This command again, by the program's path, since another user may have another PATH. */
function started({ words }: Invocation, quote = shellWord): string {
  const [node = 'node', script = ''] = process.argv
  const program = basename(script) === 'catapa-sidecar' ? [script] : [node, script]
  return [...program, ...words].map((word) => quote(word)).join(' ')
}

function configOf({ configPath }: Invocation): string {
  return configPath === undefined ? '' : ` --config ${shellWord(resolve(configPath))}`
}

/** Whether only this user and root can write in a folder, or in the one that it would be made in. */
function isOurs(folder: string): boolean {
  try {
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found !== undefined) return found.isDirectory() && folderFlaw(folder, found) === undefined
    const above = dirname(folder)
    return above !== folder && isOurs(above)
  } catch {
    return false // This user may not look at it.
  }
}

/** Quoted for cmd.exe; quotes are dropped, since no Windows path has one. */
function quotedForWindows(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replaceAll('"', '')}"`
}
