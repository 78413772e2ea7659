import { randomUUID } from 'node:crypto'
import type { LoginFlaw } from '../problems/failure.ts'
import { jsonObject } from '../words/member-at.ts'

/** The person, from CATAPA's `/v1/users/me`. Shown to people who run the sidecar; logs have only the `id`. */
export type Who = Readonly<{ id: string; name: string }>

/** A login on disk. The refresh token is never logged or shown. */
export type StoredLogin = Readonly<{
  tenant: string
  clientId: string
  /** The only URL that the refresh token may be sent to. */
  tokenUrl: string
  refreshToken: string
  /** The person; undefined when CATAPA did not tell. */
  who: Who | undefined
  /** When the person logged in, ISO 8601. */
  since: string
  /** Different for each login. */
  id: string
  /** Number of times that the refresh token was replaced since the login. */
  rotation: number
}>

const version = 1

/** A login made now. */
export function newLogin(
  login: Pick<StoredLogin, 'tenant' | 'clientId' | 'tokenUrl' | 'refreshToken' | 'who'>,
): StoredLogin {
  return { ...login, since: new Date().toISOString(), id: randomUUID(), rotation: 0 }
}

/** The file's content: JSON, for people who look into it, with the version of its form. */
export function textOf(login: StoredLogin): string {
  return `${JSON.stringify({ version, ...login }, null, 2)}\n`
}

/** Reads a text of `textOf`. `path` is for the flaw. */
export function parseLogin(path: string, text: string): Readonly<{ login: StoredLogin } | { flaw: LoginFlaw }> {
  const damaged = (how: 'broken' | 'no_login' | 'incomplete') => ({ flaw: { kind: 'damaged', path, how } }) as const
  const members = jsonObject(text)
  if (members === undefined) return damaged('broken')
  if (typeof members.version !== 'number') return damaged('no_login')
  if (members.version !== version) return { flaw: { kind: 'other_version', path } }
  const login = toLogin(members)
  return login === undefined ? damaged('incomplete') : { login }
}

function toLogin(members: Partial<Record<string, unknown>>): StoredLogin | undefined {
  const { tenant, clientId, tokenUrl, refreshToken, since, id, rotation, who } = members
  if (!isText(tenant) || !isText(clientId) || !isText(tokenUrl) || !isText(refreshToken)) return undefined
  if (!isText(since) || Number.isNaN(Date.parse(since)) || !isText(id)) return undefined
  if (typeof rotation !== 'number' || !Number.isSafeInteger(rotation)) return undefined
  return { tenant, clientId, tokenUrl, refreshToken, who: toWho(who), since, id, rotation }
}

function toWho(value: unknown): Who | undefined {
  const { id, name }: Record<string, unknown> = typeof value === 'object' ? { ...value } : {}
  return isText(id) && isText(name) ? { id, name } : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
