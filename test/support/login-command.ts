import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxOptions } from '../../src/sandbox/app.ts'
import { freePort } from './free-port.ts'
import { demoCredentials, type Ending, type RunningCommand, runCli, secret, startTestSandbox } from './sidecar.ts'

/** A sandbox, and the settings of somebody who wants to log in to it. */
export async function startLoginSandbox(t: Ending, options: Partial<SandboxOptions> = {}) {
  const redirectUri = options.redirectUri ?? `http://127.0.0.1:${await freePort()}/callback`
  const { url } = await startTestSandbox(t, { ...options, redirectUri })
  const stateDir = join(mkdtempSync(join(tmpdir(), 'catapa-login-')), 'state')
  const env = loginSettings(url, `${url}/oauth2/authorize`, redirectUri, stateDir)
  return { url, redirectUri, stateDir, env }
}

export function loginSettings(
  baseUrl: string,
  authorizeUrl: string,
  redirectUri: string,
  stateDir: string,
): Record<string, string> {
  return {
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: baseUrl,
    CATAPA_AUTHORIZE_URL: authorizeUrl,
    CATAPA_REDIRECT_URI: redirectUri,
    SIDECAR_STATE_DIR: stateDir,
    SIDECAR_ADMIN_LISTEN: 'off',
  }
}

/** `login`, once it has printed where to go. */
export type StartedLogin = RunningCommand & { authorizeUrl: string; state: string }

export async function startLogin(t: Ending, env: Record<string, string>, args: string[] = []): Promise<StartedLogin> {
  const command = runCli(t, ['login', ...args], env, 'pipe')
  const authorizeUrl = /^ {2}(https?:\S+)$/m.exec(await command.until(/^ {2}https?:\S+$/m))?.[1] ?? ''
  const state = new URL(authorizeUrl).searchParams.get('state') ?? ''
  await command.until(/Waiting, 5 minutes|within 5 minutes:/)
  return { ...command, authorizeUrl, state }
}

/** Says at the question whether the login is that of the right person. @returns what was asked */
export async function answerQuestion(command: RunningCommand, answer = 'y'): Promise<string> {
  const asked = /\n(.+ has logged in.*|Somebody has logged in.*)\n.*\n.*\[y\/N\] $/
  const question = asked.exec(await command.until(asked))?.[1] ?? ''
  command.child.stdin?.write(`${answer}\n`)
  return question
}

/** What a browser does on the sandbox's page. @returns where it is sent */
export async function chooseSomebody(authorizeUrl: string, form?: Record<string, string>): Promise<string> {
  const page = await (await fetch(authorizeUrl)).text()
  const person = /value="([0-9a-f-]{36})"/.exec(page)?.[1] ?? ''
  const body = new URLSearchParams(form ?? { person })
  const response = await fetch(authorizeUrl, { method: 'POST', body, redirect: 'manual' })
  const location = response.headers.get('location') ?? ''
  assert.equal(response.status, 302)
  const code = new URL(location).searchParams.get('code')
  if (code !== null) secret(code)
  return location
}

export async function ended(command: RunningCommand): Promise<{ code: number | null; output: string }> {
  const { code } = await command.exit
  return { code, output: command.output() }
}

/** The stored login; undefined where there is none. Its refresh token counts as a secret from then on. */
export function stored(stateDir: string): Record<string, unknown> | undefined {
  const path = join(stateDir, 'login.json')
  if (!existsSync(path)) return undefined
  const login = JSON.parse(readFileSync(path, 'utf8'))
  secret(login.refreshToken)
  return login
}

/** What a sidecar of this process says at `/api/status`, as far as it is read. */
export function statusOf(process: object): string {
  return JSON.stringify({ process, credentials: { tenant: 'demo', clientId: 'demo-client' }, token: { valid: true } })
}
