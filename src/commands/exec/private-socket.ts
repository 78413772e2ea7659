import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { type ListenAddress, maxSocketPathBytes } from '../../settings/listen-address.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'
import { execWords } from './exec-words.ts'

/**
 * A socket file for this process, in a new folder that only its user may enter (design/promises 1.6). The folder is removed
 * when the process ends, unless by SIGKILL. @throws ConfigError if TMPDIR is unfit
 */
export function privateSocket(): ListenAddress & { kind: 'unix' } {
  const path = join(newFolder(), 'http.sock')
  // A longer path may be cut off when it is bound, and the file would lie somewhere else.
  if (Buffer.byteLength(path) > maxSocketPathBytes) throw unfit(execWords().longPath)
  return { kind: 'unix', path, mode: 0o600 }
}

function newFolder(): string {
  try {
    return makeTemporaryFolder(join(resolve(tmpdir()), 'catapa-sidecar-'))
  } catch (error) {
    throw unfit(execWords().noFolder(codeOf(error)))
  }
}

function unfit(problem: string): ConfigError {
  return new ConfigError([{ name: 'TMPDIR', problem }])
}
