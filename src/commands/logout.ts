import { stat } from 'node:fs/promises'
import { codeOf } from '../files/errno.ts'
import { loginPath, removeLogin } from '../login/login-file.ts'
import { loginFolderError } from '../login/state-folder.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { explain } from '../problems/explain.ts'
import { ProblemError } from '../problems/problem.ts'
import { processStatus } from '../running/process-status.ts'
import { sameFolder, whyNotSameFolder } from '../running/same-folder.ts'
import { sidecarStatus } from '../running/sidecar-status.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readStateConfig } from '../settings/read-config.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'
import { LoginFailure } from './login/login-failure.ts'
import { loginWords } from './login/login-words.ts'
import { withFolder } from './login/store-login.ts'

/** Removes the stored login (design/promises 7.4). Reads no credentials. @throws ConfigError */
export async function logout({ configPath }: CommandOptions): Promise<number> {
  const environment = takeEnvironment()
  const { adminListen, stateDir } = readStateConfig(environment, configPath)
  const running = (await sidecarStatus(adminListen))?.process
  const own = processStatus(stateDir)
  const other = running && whyNotSameFolder(running, own, { words: ['logout'], configPath })
  try {
    const removed = (await isThere(stateDir)) && (await withFolder(stateDir, () => removeLogin(stateDir)))
    const { forgotten, noLogin } = loginWords()
    process.stdout.write(removed ? forgotten(loginPath(stateDir)) : noLogin(stateDir))
  } catch (error) {
    if (error instanceof ProblemError) {
      const { happened, next } = explain(error.failure, 'operator')
      return complain('logout', `${happened}. ${other ?? next}`)
    }
    if (error instanceof LoginFailure) return complain('logout', error.message, error.status)
    throw error
  }
  if (running && other !== undefined && !sameFolder(running, own)) {
    complain('logout', loginWords().otherFolder(other))
  }
  return exitStatus.fine
}

/** @throws ProblemError where this user may not look */
async function isThere(folder: string): Promise<boolean> {
  try {
    await stat(folder)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false
    throw loginFolderError(folder, error)
  }
}
