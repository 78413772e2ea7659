import { dirname, join } from 'node:path'
import { shellWord } from '../../words/shell-word.ts'
import type { LoginFlaw, LoginFolderFacts } from '../failure.ts'
import { diskReason } from './disk-reasons.ts'
import { patience, type Table } from './table.ts'

/** A person's login. Callers learn nothing of files. */
export const loginPhrases = {
  login_flaw: [
    ({ kind }) => (kind === 'missing' ? 'Nobody has logged in' : 'The stored login cannot be used'),
    ({ kind }) =>
      kind === 'missing'
        ? 'The person who runs the sidecar has to log in (catapa-sidecar login).'
        : 'The log of the sidecar says why, and how to mend it.',
    mendOf,
    flawOf,
  ],
  login_read_failed: ['The stored login cannot be read at the moment', patience, mendOf, flawOf],
  login_over: [
    'The login is over: CATAPA does not accept it any more',
    'The person who runs the sidecar has to log in again (catapa-sidecar login).',
    'Log in again as the user of this sidecar and with its settings: catapa-sidecar login.',
    ({ path }) =>
      `The login${path === undefined ? '' : ` in ${path}`} is over: CATAPA does not accept it any more (it has expired, was ended, or an answer with its successor was lost)`,
  ],
  login_not_stored: [
    'The login cannot be renewed, because it cannot be stored on this machine',
    patience,
    (facts, retrying) => `${loginFolderMend(facts)}${retrying ? ' The sidecar keeps trying.' : ''}`,
    notStored,
  ],
  login_busy: [
    'Another process that shares the login is renewing it',
    patience,
    ({ folder }) =>
      `Wait a moment. If it stays so, look for another catapa-sidecar that uses ${folder}, and at its log: one that cannot store the login keeps the lock until it can.`,
    ({ folder }) =>
      `Another process has the lock of the login in ${folder}: a sidecar that renews it, a login or a logout`,
  ],
  login_replaced: ['The login was removed or replaced while it was renewed', 'the sidecar looks again'],
} satisfies Partial<Table>

const damages: Readonly<Record<Extract<LoginFlaw, { kind: 'damaged' }>['how'], string>> = {
  link: 'is a link, not a file',
  no_file: 'is not a file',
  broken: 'is damaged',
  no_login: 'is no login',
  incomplete: 'is damaged: something is missing in it',
}

const others = { tenant: 'another tenant', client: 'another OAuth client', token_url: 'another CATAPA_TOKEN_URL' }

/** The flaw, as a clause without a full stop. */
function flawOf(flaw: LoginFlaw): string {
  const { path } = flaw
  switch (flaw.kind) {
    case 'missing':
      return `there is no login in ${path}`
    case 'damaged':
      return `${path} ${damages[flaw.how]}`
    case 'other_version':
      return `${path} was written by another version of catapa-sidecar`
    case 'foreign':
      return `${path} is a login of ${flaw.of.map((what) => others[what]).join(' and ')}`
    case 'unreadable':
      return `${path} may not be read by this user`
    case 'read_failed':
      return `${path} cannot be read (${flaw.errno})`
    case 'other_owner':
      return `${flaw.folder ? 'the state folder ' : ''}${path} belongs to another user (uid ${flaw.uid})`
    case 'too_open':
      return flaw.folder
        ? `the state folder ${path} has mode ${octal(flaw.mode & 0o7777)}, so that others can write in it`
        : `${path} has mode ${octal(flaw.mode & 0o777)}, so that others can reach it`
  }
}

const logIn = 'Log in as the user of this sidecar and with its settings: catapa-sidecar login'
const again = `${logIn}. It replaces the file.`
const another = 'set SIDECAR_STATE_DIR to a folder that is not there yet, which is made for its user alone'

/** The next step, with the command where there is one. */
function mendOf(flaw: LoginFlaw): string {
  const { path } = flaw
  switch (flaw.kind) {
    case 'missing':
      return `${logIn}.`
    case 'damaged':
      return again
    case 'other_version':
      return `Use that version, or log in again. ${again}`
    case 'foreign':
      return `Set SIDECAR_STATE_DIR to a folder of this sidecar's own. ${again}`
    case 'read_failed':
      return 'The sidecar keeps trying. If it stays so, check the disk and how many files may be open.'
    case 'unreadable':
      return giveToUs(flaw)
    case 'other_owner':
      return flaw.folder ? `Run this as that user, or ${another}.` : giveToUs(flaw)
    case 'too_open':
      if (flaw.ours) return `Keep it to its owner: chmod ${flaw.folder ? 700 : 600} ${shellWord(path)}`
      return `Have it closed to them, or ${another}: SIDECAR_STATE_DIR=${shellWord(join(path, 'catapa-sidecar'))}`
  }
}

/** Gives the whole folder: a login made as another user leaves more files than this one. */
function giveToUs({ path, own }: { path: string; own: number | undefined }): string {
  return own === undefined
    ? again
    : `Run the sidecar as that user, or give it the folder: chown -R ${own} ${shellWord(dirname(path))}`
}

function notStored({ folder, errno }: LoginFolderFacts): string {
  return `the login cannot be stored in ${folder}: ${diskReason(errno)}`
}

function loginFolderMend({ folder, errno, own }: LoginFolderFacts): string {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return 'Make room on that disk.'
  if (own === undefined) {
    return `Give ${folder} to the user of the sidecar, to be written by that user alone, or set SIDECAR_STATE_DIR to another folder.`
  }
  return `Run this as the user that ${folder} belongs to, or give it to this one with all that is in it (chown -R ${own} ${shellWord(folder)}), or set SIDECAR_STATE_DIR to another folder.`
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
