import { basename, resolve } from 'node:path'
import type { ProcessStatus } from '../../admin/process-status.ts'
import type { ListenAddress } from '../../config/config.ts'
import type { Environment } from '../../config/environment.ts'
import { shellWord } from '../../login/shell-word.ts'
import { localGet, reachable } from '../doctor/local-request.ts'
import { memberAt } from '../member.ts'

/** How the command at hand was called, to say it anew. */
export type Call = Readonly<{
  /** The command and its options: `login --paste`. */
  words: readonly string[]
  configPath: string | undefined
  environment: Environment
}>

/** What sudo has to be told to hand on. */
const kept = /^(CATAPA_\w+|SIDECAR_(?!STATE_DIR$)\w+|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS)$/i

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
 * Why what this process does to the state folder would not reach the running sidecar, and the command that does; undefined when it would.
 * On Windows the folder's access list, which files inherit, says who may: nobody can become a service's account.
 */
export function elsewhere(
  running: ProcessStatus,
  own: ProcessStatus,
  call: Call,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (running.container !== undefined && running.files !== own.files) {
    return `The running sidecar is in the container ${running.container}, and so is its state folder. Run there:\n\n  ${inContainer(running.container, call)}`
  }
  const otherUser = platform !== 'win32' && running.uid !== own.uid
  if (!otherUser && running.stateDir === own.stateDir) return undefined
  const who = running.user === undefined ? `another user (uid ${running.uid})` : `the user ${running.user}`
  const why = otherUser
    ? `The running sidecar belongs to ${who} and keeps its login in ${running.stateDir}`
    : `The running sidecar keeps its login in another folder, ${running.stateDir}`
  const windows = `As an administrator, in cmd.exe:\n\n  set ${quotedForWindows(`SIDECAR_STATE_DIR=${running.stateDir}`)}\n  ${started(call, quotedForWindows)}`
  if (platform === 'win32') return `${why}. ${windows}`
  return `${why}. Run this instead:\n\n  ${commandFor(running, own, otherUser, call)}`
}

/** Whether both have the same state folder, whoever they are. */
export function sameFolder(running: ProcessStatus, own: ProcessStatus): boolean {
  return running.stateDir === own.stateDir && (running.container === undefined || running.files === own.files)
}

function inContainer(container: string, { words }: Call): string {
  const pasted = words.includes('login') && !words.includes('--paste') ? [...words, '--paste'] : words
  return `docker exec -it ${shellWord(container)} catapa-sidecar ${pasted.join(' ')}`
}

function commandFor(running: ProcessStatus, own: ProcessStatus, otherUser: boolean, call: Call): string {
  const { stateDir, user, uid, gid } = running
  const words = started(call)
  const placed = `env ${shellWord(`SIDECAR_STATE_DIR=${stateDir}`)} ${words}`
  if (!otherUser) return placed
  const ofUnit = inUnit(running.unit, call)
  if (ofUnit !== undefined) return own.uid === 0 ? ofUnit : `sudo ${ofUnit}`
  if (own.uid === 0) {
    return user === undefined
      ? `setpriv --reuid=${uid} --regid=${gid} --clear-groups ${placed}`
      : `runuser -u ${shellWord(user)} -- ${placed}`
  }
  const names = Object.keys(call.environment).filter((name) => kept.test(name))
  const preserved = names.length > 0 ? ` --preserve-env=${names.join(',')}` : ''
  return `sudo${preserved} -u ${shellWord(user ?? `#${uid}`)} ${placed}`
}

function started({ words, configPath }: Call, quote = shellWord): string {
  const config = configPath === undefined ? [] : ['--config', quote(resolve(configPath))]
  return [...program(quote), ...words, ...config].join(' ')
}

/** As docs/deploy/systemd.md installs it: only systemd itself can give a process the service's user and folder. */
function inUnit(unit: string | undefined, { words }: Call): string | undefined {
  const name = /^(catapa-sidecar(?:@[\w-]+)?)\.service$/.exec(unit ?? '')?.[1]
  if (name === undefined) return undefined
  const instance = name.split('@')[1]
  const [dash, slash] = instance === undefined ? ['', ''] : [`-${instance}`, `/${instance}`]
  const folder = `/etc/catapa-sidecar${slash}`
  return [
    // Instances share the dynamic user, whose name is the unit's without what follows the @.
    `systemd-run --pty --wait --collect --quiet -p DynamicUser=yes -p User=catapa-sidecar -p Group=catapa-callers${dash}`,
    ` -p StateDirectory=catapa-sidecar${dash} -p StateDirectoryMode=0700 -p EnvironmentFile=${folder}/settings.env`,
    ` -p LoadCredential=CATAPA_CLIENT_SECRET:${folder}/secret`,
    ...(instance === undefined
      ? []
      : [` -p Environment=SIDECAR_ADMIN_LISTEN=unix:/run/catapa-sidecar${dash}/admin.sock`]),
    ` ${[...program(), ...words].join(' ')}`,
  ].join(' \\\n   ')
}

/** How to start this program anew, by its path: another user may have another PATH. */
function program(quote = shellWord): string[] {
  const [node = 'node', script = ''] = process.argv
  return basename(script) === 'catapa-sidecar' ? [quote(script)] : [quote(node), quote(script)]
}

/** For cmd.exe, less quotes, which no path has there. */
function quotedForWindows(text: string): string {
  return `"${text.replaceAll('"', '')}"`
}

/** Nothing is taken for granted: it may be of another version, or another program. */
function read(body: unknown): Running | undefined {
  const found = memberAt(body, 'process')
  const stateDir = text(found, 'stateDir')
  if (stateDir === undefined) return undefined
  const credentials = memberAt(body, 'credentials')
  return {
    process: {
      user: text(found, 'user'),
      uid: number(found, 'uid'),
      gid: number(found, 'gid'),
      stateDir,
      files: text(found, 'files'),
      container: text(found, 'container'),
      unit: text(found, 'unit'),
    },
    tenant: memberAt(credentials, 'tenant'),
    clientId: memberAt(credentials, 'clientId'),
  }
}

/** Fit for a terminal and a shell's line. */
function text(from: unknown, name: string): string | undefined {
  const value = memberAt(from, name)
  return typeof value === 'string' && /^[^\x00-\x1f\x7f]{1,1024}$/.test(value) ? value : undefined
}

function number(from: unknown, name: string): number | undefined {
  const value = memberAt(from, name)
  return typeof value === 'number' ? value : undefined
}
