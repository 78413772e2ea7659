import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { folderFlaw } from '../login/state-folder.ts'
import { shellWord } from '../words/shell-word.ts'
import type { ProcessStatus } from './process-status.ts'
import { sameFolderWords } from './same-folder-words.ts'

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
  const { container, stateDir, uid } = running
  const say = sameFolderWords()
  if (container !== undefined && running.files !== own.files) {
    return above(say.inContainer(container), inContainer(container, call))
  }
  if (platform !== 'win32' && uid !== own.uid) {
    const unit = unitOf(running)
    return unit === undefined ? above(say.ofUser(running), started(call)) : say.ofService(running, unit)
  }
  if (stateDir === own.stateDir) return undefined
  // On Windows the owner of a folder does not show: it could even be on another machine.
  if (platform === 'win32') return above(say.onWindows(stateDir), started(call, quotedForWindows))
  if (!isOurs(stateDir)) return say.notOurs(stateDir)
  const placed = `env ${shellWord(`SIDECAR_STATE_DIR=${stateDir}`)} ${started(call)}${configOf(call)}`
  return above(say.elsewhere(stateDir), placed)
}

function above(text: string, command: string): string {
  return `${text}\n\n  ${command}`
}

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
