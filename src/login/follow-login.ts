import type { FastifyBaseLogger } from 'fastify'
import type { Failure } from '../problems/failure.ts'
import type { Credentials } from '../settings/config.ts'
import type { TokenCache } from '../tokens/cache/token-cache.ts'
import { flawed } from './judge-login.ts'
import { type LoginReading, loginPath, type StoredLogin } from './login-file.ts'
import type { UserLogin } from './user-login.ts'

/** The file is read this often: a new login and its end are noticed within 5 s (design/promises 7.4). */
const everyMs = 2_000

/** The login for people, as of the last look. */
export type LoginState = Readonly<{
  file: string
  login: Pick<StoredLogin, 'who' | 'since'> | undefined
  /** Why there is no usable login. */
  failure: Failure | undefined
  /** CATAPA does not accept it any more. */
  over: boolean
}>

export type FollowedLogin = ReturnType<typeof followLogin>

/** The result of the last look. */
type Seen = Readonly<{
  reading: LoginReading | undefined
  /** CATAPA did not accept it any more. */
  over: boolean
  /** The id of the login that tokens come from. */
  inUse: string | undefined
}>

/**
 * Follows the login on disk. A login of another person, or its removal, ends the token in use at once. A file that becomes
 * unusable or usable again shows in log and status, and a valid token stays in use.
 */
export function followLogin(
  folder: string,
  login: UserLogin,
  tokens: Pick<TokenCache, 'startOver' | 'renew' | 'state'>,
  credentials: () => Credentials,
  log: FastifyBaseLogger,
) {
  const file = loginPath(folder)
  let seen: Seen = { reading: undefined, over: false, inUse: undefined }
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function look(): Promise<void> {
    const reading = await login.look(credentials())
    const before = seen
    const over = 'login' in reading && login.isOver(reading.login)
    seen = { ...before, reading, over }
    // A flaw may have come and gone between two looks, and left its failure behind.
    const recovered = 'login' in reading && !over && tokens.state().failure?.code === 'login_required'
    if (stopped || !(isChanged(before, seen) || recovered)) return
    seen = { ...seen, inUse: inUseAfter(before.inUse, reading) }
    const other = 'login' in reading && seen.inUse !== before.inUse
    if (other)
      log.info(
        { userId: reading.login.who?.id, since: reading.login.since, file },
        'calls are made on behalf of a user',
      )
    if (before.reading === undefined) return // The first look: nothing has been asked for yet.
    if (other || isGone(reading)) tokens.startOver()
    else tokens.renew().catch(() => {}) // The outcome is logged and shown as of any token request.
  }

  async function again(): Promise<void> {
    await look()
    if (!stopped) timer = setTimeout(again, everyMs).unref()
  }

  return {
    state(): LoginState {
      const { reading } = seen
      if (reading === undefined || 'flaw' in reading) {
        return { file, login: undefined, failure: reading && flawed(reading.flaw), over: false }
      }
      const { who, since } = reading.login
      return { file, login: { who, since }, failure: undefined, over: login.isOver(reading.login) }
    },
    /** Looks once, and then regularly. */
    start: again,
    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function isChanged(before: Seen, now: Seen): boolean {
  if (before.reading === undefined || now.reading === undefined) return true
  return signOf(before.reading) !== signOf(now.reading) || (before.over && !now.over)
}

/** An unusable file leaves the login in use; a missing file does not. */
function inUseAfter(inUse: string | undefined, reading: LoginReading): string | undefined {
  if ('login' in reading) return reading.login.id
  return isGone(reading) ? undefined : inUse
}

function isGone(reading: LoginReading): boolean {
  return 'flaw' in reading && reading.flaw.kind === 'missing'
}

function signOf(reading: LoginReading): string {
  return 'login' in reading ? `login ${reading.login.id}` : JSON.stringify(reading.flaw)
}
