import type { FastifyBaseLogger } from 'fastify'
import type { Failure } from '../problems/failure.ts'
import type { Credentials } from '../settings/config.ts'
import type { TokenCache } from '../tokens/cache/cached.ts'
import { type LoginReading, loginPath, type StoredLogin } from './login-file.ts'
import { flawed } from './login-flaw.ts'
import type { UserLogin } from './user-login.ts'

/** The file is read this often: a new login and its end are noticed within 5 s (design/promises 7.4). */
const everyMs = 2_000

/** The login for people, as it was when it was last looked at. */
export type LoginState = Readonly<{
  file: string
  login: Pick<StoredLogin, 'who' | 'since'> | undefined
  /** Why there is none to be used. */
  failure: Failure | undefined
  /** CATAPA does not accept it any more. */
  over: boolean
}>

export type FollowedLogin = {
  state(): LoginState
  /** Looks once, and then again and again. */
  start(): Promise<void>
  stop(): void
}

/**
 * Follows the login on disk: another person's, or none any more, ends the token in use at once; a file that cannot be
 * used, or can again, shows in log and status, and a token that is valid serves on.
 */
export function followLogin(
  folder: string,
  login: UserLogin,
  tokens: Pick<TokenCache, 'startOver' | 'renew' | 'state'>,
  credentials: () => Credentials,
  log: FastifyBaseLogger,
): FollowedLogin {
  const file = loginPath(folder)
  let last: LoginReading | undefined
  let inUse: string | undefined
  let over = false
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function look(): Promise<void> {
    const reading = await login.look(credentials())
    const before = last
    last = reading
    const wasOver = over
    over = 'login' in reading && login.isOver(reading.login)
    const changed = before === undefined || signOf(before) !== signOf(reading) || (wasOver && !over)
    // A flaw that came and went between two looks has left its failure behind.
    const recovered = 'login' in reading && !over && tokens.state().failure?.code === 'login_required'
    if (stopped || !(changed || recovered)) return
    const other = 'login' in reading && reading.login.id !== inUse
    if ('login' in reading) {
      const { id, who, since } = reading.login
      inUse = id
      if (other) log.info({ userId: who?.id, since, file }, 'calls are made on behalf of a user')
    }
    if (before === undefined) return // Nothing has been asked yet.
    const gone = 'flaw' in reading && reading.flaw.kind === 'missing'
    if (gone) inUse = undefined
    if (other || gone) tokens.startOver()
    else tokens.renew().catch(() => {}) // The outcome is logged and shown as of any token request.
  }

  async function again(): Promise<void> {
    await look()
    if (!stopped) timer = setTimeout(again, everyMs).unref()
  }

  return {
    state() {
      if (last === undefined || 'flaw' in last) {
        return { file, login: undefined, failure: last && flawed(last.flaw), over: false }
      }
      const { who, since } = last.login
      return { file, login: { who, since }, failure: undefined, over: login.isOver(last.login) }
    },
    start: again,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function signOf(reading: LoginReading): string {
  return 'login' in reading ? `login ${reading.login.id}` : JSON.stringify(reading.flaw)
}
