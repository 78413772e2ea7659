import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { shellWord } from './shell-word.ts'
import type { StoredLogin } from './stored-login.ts'

/** Why a login on disk is not used, which only `read_failed` may pass by itself. The file is left as it is. */
export type LoginFlaw = Readonly<{
  kind: 'missing' | 'too_open' | 'other_owner' | 'unreadable' | 'read_failed' | 'damaged' | 'other_version' | 'foreign'
  /** A clause that names the file, without a full stop. */
  problem: string
  /** What to do, a sentence, with the command where there is one. */
  mend: string
}>

const logIn = 'Log in as the user of this sidecar and with its settings: catapa-sidecar login'
const again = `${logIn}. It replaces the file.`

/** What an error of opening or reading the file means. */
export function openingFlaw(path: string, code: string): LoginFlaw {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { kind: 'missing', problem: `there is no login in ${path}`, mend: `${logIn}.` }
  }
  if (code === 'ELOOP') return damaged(path, 'is a link, not a file')
  if (code === 'EACCES' || code === 'EPERM') {
    return { kind: 'unreadable', problem: `${path} may not be read by this user`, mend: giveToUs(path) }
  }
  return {
    kind: 'read_failed',
    problem: `${path} cannot be read (${code})`,
    mend: 'The sidecar keeps trying. If it stays so, check the disk and how many files may be open.',
  }
}

/** What the file's kind, owner and mode forbid. Windows has neither owner nor mode here: its ACLs are documented. */
export function ownerFlaw(path: string, found: Pick<Stats, 'isFile' | 'mode' | 'uid'>): LoginFlaw | undefined {
  if (!found.isFile()) return damaged(path, 'is not a file')
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  if (found.uid !== own) {
    const problem = `${path} belongs to another user (uid ${found.uid})`
    return { kind: 'other_owner', problem, mend: giveToUs(path) }
  }
  if ((found.mode & 0o077) === 0) return undefined
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
  return {
    kind: 'too_open',
    problem: `${path} has mode ${mode}, so that others can reach it`,
    mend: `Keep it to its owner: chmod 600 ${shellWord(path)}`,
  }
}

export function damaged(path: string, how: string): LoginFlaw {
  return { kind: 'damaged', problem: `${path} ${how}`, mend: again }
}

export function otherVersion(path: string): LoginFlaw {
  const problem = `${path} was written by another version of catapa-sidecar`
  return { kind: 'other_version', problem, mend: `Use that version, or log in again. ${again}` }
}

/** Whom a login has to be of: its refresh token must go nowhere else. */
export type LoginOf = Pick<StoredLogin, 'tenant' | 'clientId' | 'tokenUrl'>

/** Why a login is not for this tenant, client and token endpoint, if so. */
export function foreignTo(path: string, login: LoginOf, own: LoginOf): LoginFlaw | undefined {
  const other = [
    login.tenant === own.tenant ? [] : ['another tenant'],
    login.clientId === own.clientId ? [] : ['another OAuth client'],
    login.tokenUrl === own.tokenUrl ? [] : ['another CATAPA_TOKEN_URL'],
  ].flat()
  if (other.length === 0) return undefined
  return {
    kind: 'foreign',
    problem: `${path} is a login of ${other.join(' and ')}`,
    mend: `Set SIDECAR_STATE_DIR to a folder of this sidecar's own. ${again}`,
  }
}

/** The whole folder: a login that was made as another user leaves more files than this one. */
function giveToUs(path: string): string {
  const own = process.geteuid?.()
  return own === undefined
    ? again
    : `Run the sidecar as that user, or give it the folder: chown -R ${own} ${shellWord(dirname(path))}`
}
