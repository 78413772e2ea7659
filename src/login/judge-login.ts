import type { Stats } from 'node:fs'
import { failure } from '../problems/causes.ts'
import type { Failure, LoginFlaw } from '../problems/failure.ts'
import type { StoredLogin } from './stored-login.ts'

/** The failure of a login that cannot be used. */
export function flawed(flaw: LoginFlaw): Failure {
  return failure(flaw.kind === 'read_failed' ? 'login_read_failed' : 'login_flaw', flaw)
}

/** The flaw behind an error of opening or reading the file. */
export function openingFlaw(path: string, errno: string): LoginFlaw {
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'missing', path }
  if (errno === 'ELOOP') return { kind: 'damaged', path, how: 'link' }
  if (errno === 'EACCES' || errno === 'EPERM') return { kind: 'unreadable', path, own: process.geteuid?.() }
  return { kind: 'read_failed', path, errno }
}

/** Why the file's kind, owner and mode make it unsafe. Windows has neither owner nor mode here: its ACLs are documented. */
export function ownerFlaw(path: string, found: Pick<Stats, 'isFile' | 'mode' | 'uid'>): LoginFlaw | undefined {
  const { mode, uid } = found
  if (!found.isFile()) return { kind: 'damaged', path, how: 'no_file' }
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  if (uid !== own) return { kind: 'other_owner', path, uid, own }
  return (mode & 0o077) === 0 ? undefined : { kind: 'too_open', path, mode, ours: true }
}

/** The owner of a login: its refresh token must go nowhere else. */
export type LoginOf = Pick<StoredLogin, 'tenant' | 'clientId' | 'tokenUrl'>

/** The flaw of a login that is for another tenant, client or token endpoint. */
export function foreignTo(path: string, login: LoginOf, own: LoginOf): LoginFlaw | undefined {
  const of = [
    login.tenant === own.tenant ? [] : ['tenant' as const],
    login.clientId === own.clientId ? [] : ['client' as const],
    login.tokenUrl === own.tokenUrl ? [] : ['token_url' as const],
  ].flat()
  return of.length === 0 ? undefined : { kind: 'foreign', path, of }
}
