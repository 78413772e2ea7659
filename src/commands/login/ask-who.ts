import type { SecureContext } from 'node:tls'
import type { Who } from '../../login/login-file.ts'
import { connectionPool } from '../../network/connection.ts'
import { readAtMost } from '../../network/read-at-most.ts'
import { because } from '../../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../../problems/transport.ts'
import type { Config } from '../../settings/config.ts'
import { jsonObject, memberAt } from '../../words/member-at.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'
import { loginWords } from './login-words.ts'

/** The person who has logged in; `account` is the user name or address, if that differs from the name. */
export type Person = Who & Readonly<{ account: string | undefined }>

const mostMs = 20_000
const mostBytes = 1024 * 1024

/**
 * Asks CATAPA at `/v1/users/me` for the person of an access token.
 *
 * @returns the person, or a clause that says why CATAPA could not be asked, though the token may be good
 * @throws LoginFailure when CATAPA refuses its own token
 */
export async function whoHas(
  accessToken: string,
  config: Config,
  secureContext: SecureContext,
): Promise<Person | string> {
  const { baseUrl, connectTimeoutMs, responseTimeoutMs, credentials } = config
  const pool = connectionPool(baseUrl, { secureContext, proxy: config.proxy.base, connectTimeoutMs, connections: 1 })
  try {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path: '/v1/users/me',
      headers: { Tenant: credentials.tenant, Authorization: `Bearer ${accessToken}`, Via: '1.1 catapa-sidecar' },
      signal: AbortSignal.timeout(Math.min(responseTimeoutMs, mostMs)),
    })
    const answer = await readAtMost(body, mostBytes)
    if (statusCode === 401) {
      throw new LoginFailure(loginFailureWords().ownTokenRefused)
    }
    if (statusCode !== 200) return loginWords().askedInVain(statusCode)
    return whoIn(answer.text) ?? loginWords().namesNobody
  } catch (error) {
    if (error instanceof LoginFailure) throw error
    return loginWords().notReached(because(transportFacts(error)))
  } finally {
    await pool.destroy()
  }
}

/** The person in an answer, in printable texts. */
function whoIn(body: string): Person | undefined {
  const user = jsonObject(body)
  const id = text(user, 'id') ?? text(user, 'username')
  const account = text(user, 'username') ?? text(user, 'email')
  const name = text(user, 'employee', 'name') ?? account
  if (id === undefined || name === undefined) return undefined
  return { id, name, account: account === name ? undefined : account }
}

function text(from: unknown, ...path: string[]): string | undefined {
  const value = memberAt(from, ...path)
  if (typeof value !== 'string') return undefined
  return (
    value
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .slice(0, 200)
      .trim() || undefined
  )
}
