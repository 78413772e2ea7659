import type { FolderLock } from '../files/lock-files.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import type { Instant } from '../time.ts'
import type { Issued, TokenRequestOptions } from '../tokens/endpoint/token-request.ts'
import { refresh } from '../tokens/grants/grants.ts'
import type { AccessToken, TokenSource } from '../tokens/token-source.ts'
import { lockFolder } from './folder-lock.ts'
import { flawed, foreignTo } from './judge-login.ts'
import { type LoginReading, loginPath, makeRoom, readLogin, recoverLogin, type StoredLogin } from './login-file.ts'
import { storeUnsaved, type Unsaved } from './unsaved-login.ts'

export type UserLogin = ReturnType<typeof userLogin>

/** The wait for a dead holder of the lock, and a little more. */
const deadHolderMs = 6_000

/**
 * The login of a person as a source of access tokens (design/promises 7.5). Processes that share the folder take leases. Each one
 * reads the login during its lease, and stores a new refresh token before it gives the access token out. A lost answer, also by
 * a crash, costs nothing by itself: the next attempt uses the login on disk.
 *
 * Its sources throw ProblemError `login_required` when there is no usable login or CATAPA does not accept it any more, which is
 * asked once for each refresh token; else as `refresh`.
 */
export function userLogin(folder: string, options: TokenRequestOptions) {
  const session: Session = { folder, path: loginPath(folder), options, over: undefined, unsaved: undefined }
  let underWay: Promise<unknown> = Promise.resolve()
  return {
    /** Access tokens of the person who has logged in, obtained with these credentials. */
    source: (credentials: Credentials): TokenSource => {
      return () => {
        const outcome = obtain(session, credentials)
        underWay = outcome.catch(() => {})
        return outcome
      }
    },
    /** The login on disk, or a flaw, also if it is for other credentials. Never throws. */
    look: async (credentials: Credentials) => judged(session, await readLogin(folder), credentials),
    /** CATAPA does not accept this login any more. */
    isOver: (login: StoredLogin) => isOver(session, login),
    /**
     * Waits for the token request under way, since its answer may hold the only refresh token that is still good, and
     * tries once more to store what could not be stored.
     */
    async stop(): Promise<void> {
      await underWay
      const lock = session.unsaved?.lock
      await save(session).catch(() => {})
      await lock?.release()
    },
  }
}

/** The knowledge of this process beyond the login on disk. */
type Session = {
  readonly folder: string
  readonly path: string
  readonly options: TokenRequestOptions
  /** The last login that CATAPA did not accept. */
  over: StoredLogin | undefined
  unsaved: Unsaved | undefined
}

async function obtain(session: Session, credentials: Credentials): Promise<AccessToken> {
  const { folder } = session
  // Throws without a usable login, before a lease is taken in vain.
  if (session.unsaved === undefined) usable(session, await readLogin(folder), credentials)
  const lock = session.unsaved?.lock ?? (await takeLease(session))
  try {
    const saved = await save(session)
    if (saved !== undefined && isFresh(saved, session.options.clock.now())) return saved
    const login = usable(session, await recoverLogin(folder), credentials)
    return await renew(session, { login, credentials, lock })
  } finally {
    if (session.unsaved === undefined) await lock.release()
  }
}

/** The login, if it can be used with these credentials. @throws ProblemError */
function usable(session: Session, reading: LoginReading, credentials: Credentials): StoredLogin {
  const found = judged(session, reading, credentials)
  if ('flaw' in found) throw new ProblemError(flawed(found.flaw))
  if (isOver(session, found.login)) throw problem('login_over', { path: session.path })
  return found.login
}

function judged({ path, options }: Session, reading: LoginReading, credentials: Credentials): LoginReading {
  if ('flaw' in reading) return reading
  const { tenant, clientId } = credentials
  const flaw = foreignTo(path, reading.login, { tenant, clientId, tokenUrl: options.tokenUrl.href })
  return flaw === undefined ? reading : { flaw }
}

/** Earlier refresh tokens of the same login are over as well; a later one is from another process's renewal. */
function isOver({ over }: Session, { id, rotation }: StoredLogin): boolean {
  return over !== undefined && id === over.id && rotation <= over.rotation
}

/** @throws ProblemError `login_busy` */
async function takeLease({ folder, options }: Session): Promise<FolderLock> {
  const lock = await lockFolder(folder, options.timeoutMs + deadHolderMs)
  if (lock === undefined) throw problem('login_busy', { folder })
  return lock
}

type Lease = Readonly<{ login: StoredLogin; credentials: Credentials; lock: FolderLock }>

/** Asks for an access token, and stores the refresh token that came with it. */
async function renew(session: Session, { login, credentials, lock }: Lease): Promise<AccessToken> {
  const { folder } = session
  const room = await makeRoom(folder)
  try {
    // After a freeze another process may have used this refresh token: a second use would end the login.
    if (!(await lock.held())) throw problem('login_busy', { folder })
    const { access, refreshToken } = await requestAccess(session, login, credentials)
    if (refreshToken === undefined || refreshToken === login.refreshToken) return access
    session.unsaved = { login: { ...login, refreshToken, rotation: login.rotation + 1 }, access, room, lock }
    const saved = await save(session)
    if (saved === undefined) throw problem('login_replaced', {})
    return saved
  } finally {
    if (session.unsaved === undefined) await room.give()
  }
}

async function requestAccess(session: Session, login: StoredLogin, credentials: Credentials): Promise<Issued> {
  try {
    return await refresh(login.refreshToken, credentials, session.options)
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'login_required')) throw error
    session.over = login
    throw problem('login_over', { path: session.path })
  }
}

/**
 * Stores an unsaved login.
 *
 * @returns its access token; undefined where there was no unsaved login, or an outdated one
 * @throws ProblemError; the login then stays unsaved
 */
async function save(session: Session): Promise<AccessToken | undefined> {
  const { folder, unsaved } = session
  if (unsaved === undefined) return undefined
  const stored = await storeUnsaved(folder, unsaved)
  session.unsaved = undefined
  if (!stored) await unsaved.room.give()
  return stored ? unsaved.access : undefined
}

function isFresh({ sentAt, lifetimeMs }: AccessToken, now: Instant): boolean {
  return lifetimeMs > Math.max(now.mono - sentAt.mono, now.wall - sentAt.wall)
}
