import { lockFolder } from '../../login/folder-lock.ts'
import { loginPath, makeRoom, newLogin, type Who, writeLogin } from '../../login/login-file.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import type { Config } from '../../settings/config.ts'
import { LoginFailure } from './login-failure.ts'

/** A sidecar holds the folder while it asks for a token. */
const lockWaitMs = 30_000

/**
 * Does something to a state folder while no other process does. The wait for that can be ended by `signal`; what has
 * begun is done.
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
    throw new LoginFailure(`Another process keeps ${folder} busy. Try again in a moment.`, exitStatus.notInTime)
  }
  try {
    return await act()
  } finally {
    await lock.release()
  }
}

/** Finds out whether a login can be stored, before anybody goes to the trouble of logging in. @throws ProblemError, LoginFailure */
export function ensureRoom(folder: string, signal: AbortSignal): Promise<void> {
  return withFolder(folder, async () => (await makeRoom(folder)).give(), signal)
}

/** Stores a new login in the place of the one before. @returns its path @throws ProblemError, LoginFailure */
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
