import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { codeOf } from '../../files/errno.ts'
import { ConfigError } from '../../settings/config-error.ts'
import type { ListenAddress } from '../../settings/listen-address.ts'
import { maxSocketPathBytes } from '../../settings/listen-address.ts'

/**
 * A socket file of this process's own, in a folder that its user alone may enter (design/promises 1.6). The folder is
 * removed whichever way the process ends, but for a SIGKILL. @throws ConfigError where there can be none
 */
export function privateSocket(): ListenAddress & { kind: 'unix' } {
  const folder = newFolder()
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'http.sock')
  // A longer one may be cut off when it is bound, and would lie somewhere else.
  if (Buffer.byteLength(path) > maxSocketPathBytes) throw unfit('should be a shorter path')
  return { kind: 'unix', path, mode: 0o600 }
}

function newFolder(): string {
  try {
    const folder = mkdtempSync(join(resolve(tmpdir()), 'catapa-sidecar-'))
    chmodSync(folder, 0o700) // Whatever the umask.
    return folder
  } catch (error) {
    throw unfit(`should be a folder that this user can write (${codeOf(error)})`)
  }
}

function unfit(should: string): ConfigError {
  return new ConfigError([{ name: 'TMPDIR', problem: `${should}: exec keeps its socket file there` }])
}
