import { lockFolder } from '../../login/folder-lock.ts'
import { loginPath, makeRoom, newLogin, type Who, writeLogin } from '../../login/login-file.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import type { Config } from '../../settings/config.ts'
import { LoginFailure } from './login-failure.ts'
import { loginFailureWords } from './login-failure-words.ts'

/** Long enough for a sidecar that has locked the folder while it asks for a token. */
const lockWaitMs = 30_000

/**
 * Works on a login folder under its lock. `signal` can end the wait for the lock, but not work that has begun.
 *
 * @throws ProblemError, LoginFailure, the reason of `signal`
 */
export async function withFolder<Value>(
  folder: string,
  act: () => Promise<Value>,
  signal?: AbortSignal,
): Promise<Value> {
  const lock = await lockFolder(folder, lockWaitMs, signal)
  if (lock === undefined) {
    signal?.throwIfAborted()
    throw new LoginFailure(loginFailureWords().busy(folder), exitStatus.notInTime)
  }
  try {
    return await act()
  } finally {
    await lock.release()
  }
}

/** Checks that a login can be stored, before a person takes the trouble of logging in. @throws ProblemError, LoginFailure */
export function ensureRoom(folder: string, signal: AbortSignal): Promise<void> {
  return withFolder(folder, async () => (await makeRoom(folder)).give(), signal)
}

/** Stores a new login in place of the old one. @returns its path @throws ProblemError, LoginFailure */
export async function store(
  config: Config,
  refreshToken: string,
  who: Who | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { stateDir, credentials, tokenUrl } = config
  const { tenant, clientId } = credentials
  const login = newLogin({ tenant, clientId, tokenUrl: tokenUrl.href, refreshToken, who })
  await withFolder(stateDir, () => writeLogin(stateDir, login), signal)
  return loginPath(stateDir)
}
