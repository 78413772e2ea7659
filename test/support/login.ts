// Logs in at the sandbox as one of its invented people, and stores the login as `catapa-sidecar login` does.
import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { newLogin, type StoredLogin, writeLogin } from '../../src/login/login-file.ts'
import { demoCredentials, type Ending, secret } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

const redirectUri = 'http://127.0.0.1:8231/callback'
const basic = `Basic ${Buffer.from(`${demoCredentials.clientId}:${demoCredentials.clientSecret}`).toString('base64')}`

/** A state folder that is not there yet, removed at the end. */
export function stateFolder(t: Ending): string {
  const base = temporaryFolder(t)
  return join(base, 'state')
}

/** Whether the tests can be another user for a moment: file permissions do not stop root. */
export const isRoot = process.geteuid?.() === 0
export const nobody = 65_534
/** Why no program of that user can be started here, or false: a Node below root's home is for root alone. */
export const noneOfNobody =
  isRoot && spawnSync(process.execPath, ['--version'], { uid: nobody, gid: nobody }).status === 0
    ? false
    : 'only root, with a Node that all may run, can start a program of another user'

/** Does something as another user than root, with that user's group. */
export async function asNobody<Value>(act: () => Promise<Value>): Promise<Value> {
  process.setegid?.(nobody)
  process.seteuid?.(nobody)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

/** A folder that belongs to that user, removed at the end. */
export function folderOfNobody(t: Ending): string {
  const folder = temporaryFolder(t)
  chownSync(folder, nobody, nobody)
  return folder
}

/** A refresh token of the sandbox, of the person with this index among those who may log in. */
export async function freshRefreshToken(sandboxUrl: string, index = 0): Promise<string> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: demoCredentials.clientId,
    redirect_uri: redirectUri,
  })
  const address = `${sandboxUrl}/oauth2/authorize?${query}`
  const page = await (await fetch(address)).text()
  const person = [...page.matchAll(/value="([0-9a-f-]{36})"/g)][index]?.[1] ?? ''
  const sentBack = await fetch(address, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ person }).toString(),
  })
  const code = new URL(sentBack.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const response = await requestToken(sandboxUrl, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  const answer: unknown = await response.json()
  const token: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'refresh_token') : undefined
  if (typeof token !== 'string') throw new Error(`no refresh token: ${response.status}`)
  secret(token)
  return token
}

/** A refresh, as whoever has the token and the client's secret can make it. */
export async function useRefreshToken(sandboxUrl: string, refreshToken: string): Promise<number> {
  return (await requestToken(sandboxUrl, { grant_type: 'refresh_token', refresh_token: refreshToken })).status
}

function requestToken(sandboxUrl: string, parameters: Record<string, string>): Promise<Response> {
  const headers = { Authorization: basic, Tenant: demoCredentials.tenant }
  return fetch(`${sandboxUrl}/oauth/token`, { method: 'POST', headers, body: new URLSearchParams(parameters) })
}

/** A login for the demo client at this CATAPA. */
export function loginWith(baseUrl: string, refreshToken: string, changed: Partial<StoredLogin> = {}): StoredLogin {
  secret(refreshToken)
  const { tenant, clientId } = demoCredentials
  const tokenUrl = new URL('/oauth/token', baseUrl).href
  return {
    ...newLogin({ tenant, clientId, tokenUrl, refreshToken, who: { id: 'u-4711', name: 'Maya Contohadi' } }),
    ...changed,
  }
}

/** Stores it with the folder's lock held, as every writer has to. */
export async function store(folder: string, login: StoredLogin): Promise<StoredLogin> {
  const lock = await lockFolder(folder, 20_000)
  if (lock === undefined) throw new Error('somebody else has the folder')
  await writeLogin(folder, login)
  await lock.release()
  return login
}

/** Logs in at the sandbox and stores it. */
export async function logIn(sandboxUrl: string, folder: string, index = 0): Promise<StoredLogin> {
  return store(folder, loginWith(sandboxUrl, await freshRefreshToken(sandboxUrl, index)))
}

/** What the sandbox has counted. */
export async function stats(sandboxUrl: string): Promise<Record<string, number>> {
  const counted: unknown = await (await fetch(`${sandboxUrl}/sandbox/stats`)).json()
  return Object.fromEntries(Object.entries(Object(counted)).map(([name, value]) => [name, Number(value)]))
}
