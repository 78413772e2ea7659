import { ProblemError, problem } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import type { Issued, TokenRequestOptions } from '../tokens/endpoint/token-request.ts'
import { refresh } from '../tokens/grants/refresh-token.ts'
import type { AccessToken, TokenSource } from '../tokens/token-source.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import {
  type LoginReading,
  loginPath,
  makeRoom,
  type Room,
  readLogin,
  recoverLogin,
  type StoredLogin,
  writeLogin,
} from './login-file.ts'
import { flawed, foreignTo } from './login-flaw.ts'

export type UserLogin = {
  /** Access tokens of whoever has logged in, got with these credentials. */
  source(credentials: Credentials): TokenSource
  /** The login as it is on disk, as far as it is of use with these credentials. Never throws. */
  look(credentials: Credentials): Promise<LoginReading>
  /** CATAPA does not accept this login any more. */
  isOver(login: StoredLogin): boolean
  /**
   * Waits for the token request under way, since its answer may hold the only refresh token that is still good, and
   * tries once more to store what could not be stored.
   */
  stop(): Promise<void>
}

/** What a dead holder of the lock costs, and a little more. */
const deadHolderMs = 6_000

/** A login that CATAPA has given and the disk has not taken. While it is so, nobody else gets a turn. */
type Unsaved = Readonly<{ login: StoredLogin; access: AccessToken; room: Room; lock: FolderLock }>

/**
 * The login of a user as a source of access tokens (design/promises 7.5). Processes that share the folder take turns;
 * each one reads the login after it got its turn, and a refresh token that replaces it is on disk before its access
 * token is given out. An answer that was lost, also by a crash, costs nothing by itself: the next attempt is made with
 * what is on disk.
 *
 * Its sources throw ProblemError `login_required` when there is no login to be used or CATAPA does not accept it any
 * more, which is asked once for each refresh token; else as `refresh`.
 */
export function userLogin(folder: string, options: TokenRequestOptions): UserLogin {
  const path = loginPath(folder)
  /** The last one that CATAPA did not accept. */
  let over: StoredLogin | undefined
  let unsaved: Unsaved | undefined
  let underWay: Promise<unknown> = Promise.resolve()

  function judged(reading: LoginReading, { tenant, clientId }: Credentials): LoginReading {
    if ('flaw' in reading) return reading
    const flaw = foreignTo(path, reading.login, { tenant, clientId, tokenUrl: options.tokenUrl.href })
    return flaw === undefined ? reading : { flaw }
  }

  function usable(reading: LoginReading, credentials: Credentials): StoredLogin {
    const found = judged(reading, credentials)
    if ('flaw' in found) throw new ProblemError(flawed(found.flaw))
    if (isOver(found.login)) throw problem('login_over', { path })
    return found.login
  }

  /** With every earlier refresh token of the same login; a later one is another process's success. */
  function isOver({ id, rotation }: StoredLogin): boolean {
    return over !== undefined && id === over.id && rotation <= over.rotation
  }

  async function obtain(credentials: Credentials): Promise<AccessToken> {
    if (unsaved === undefined) usable(await readLogin(folder), credentials) // Before a turn is taken for nothing.
    const lock = unsaved?.lock ?? (await turn())
    try {
      const saved = await save()
      if (saved !== undefined && isFresh(saved)) return saved
      const login = usable(await recoverLogin(folder), credentials)
      return await renewed(login, credentials, lock)
    } finally {
      if (unsaved === undefined) await lock.release()
    }
  }

  async function turn(): Promise<FolderLock> {
    const lock = await lockFolder(folder, options.timeoutMs + deadHolderMs)
    if (lock === undefined) throw problem('login_busy', { folder })
    return lock
  }

  async function renewed(login: StoredLogin, credentials: Credentials, lock: FolderLock): Promise<AccessToken> {
    const room = await makeRoom(folder)
    try {
      // After a freeze somebody else may have used this refresh token: to use it again would end the login.
      if (!(await lock.held())) throw problem('login_busy', { folder })
      const { access, refreshToken } = await asked(login, credentials)
      if (refreshToken === undefined || refreshToken === login.refreshToken) return access
      unsaved = { login: { ...login, refreshToken, rotation: login.rotation + 1 }, access, room, lock }
      const saved = await save()
      if (saved === undefined) throw problem('login_replaced', {})
      return saved
    } finally {
      if (unsaved === undefined) await room.give()
    }
  }

  async function asked(login: StoredLogin, credentials: Credentials): Promise<Issued> {
    try {
      return await refresh(login.refreshToken, credentials, options)
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'login_required')) throw error
      over = login
      throw problem('login_over', { path })
    }
  }

  /**
   * Stores what is not stored yet.
   *
   * @returns the access token that came with it; undefined where there was nothing, or nothing any more
   * @throws ProblemError, and what is unsaved stays so
   */
  async function save(): Promise<AccessToken | undefined> {
    if (unsaved === undefined) return undefined
    const { access, room } = unsaved
    const stored = await put(unsaved)
    unsaved = undefined
    if (!stored) await room.give()
    return stored ? access : undefined
  }

  /** @returns whether it is stored: not where it is outdated @throws ProblemError */
  async function put({ login, room, lock }: Unsaved): Promise<boolean> {
    if (await isOutdated(login, lock)) return false
    try {
      await room.fill(login)
    } catch {
      // The room may be gone: with the folder perhaps, or because others had a turn since the look above.
      if (await isOutdated(login, lock)) return false
      await writeLogin(folder, login)
    }
    return true
  }

  /**
   * Whether somebody has removed or replaced the file by hand, or had later turns while this process was frozen: that
   * counts, and is not undone. A folder that is gone with our lock is another matter: a disk that went away.
   */
  async function isOutdated({ id, rotation, refreshToken }: StoredLogin, lock: FolderLock): Promise<boolean> {
    const reading = await readLogin(folder)
    if ('login' in reading) {
      const found = reading.login
      return found.id !== id || (found.rotation >= rotation && found.refreshToken !== refreshToken)
    }
    return reading.flaw.kind === 'missing' && ((await lock.held()) || (await lock.superseded()))
  }

  function isFresh({ sentAt, lifetimeMs }: AccessToken): boolean {
    const now = options.clock.now()
    return lifetimeMs > Math.max(now.mono - sentAt.mono, now.wall - sentAt.wall)
  }

  return {
    source: (credentials) => () => {
      const outcome = obtain(credentials)
      underWay = outcome.catch(() => {})
      return outcome
    },
    look: async (credentials) => judged(await readLogin(folder), credentials),
    isOver,
    async stop() {
      await underWay
      const lock = unsaved?.lock
      await save().catch(() => {})
      await lock?.release()
    },
  }
}
