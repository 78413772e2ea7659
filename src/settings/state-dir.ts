import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { tried } from '../words/tried.ts'

const name = 'catapa-sidecar'

/**
 * The folder of the login without SIDECAR_STATE_DIR (design/promises 7.6): the first of systemd's `$STATE_DIRECTORY`, else
 * the platform's folder for the state of a user's programs. Paths that are not absolute count as unset, as in the XDG base
 * directory specification.
 */
export function defaultStateDir(
  environment: ReadonlyMap<string, string>,
  platform: NodeJS.Platform = process.platform,
): string {
  const absolute = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : undefined)
  const ofService = absolute(environment.get('STATE_DIRECTORY')?.split(platform === 'win32' ? ';' : ':')[0])
  if (ofService !== undefined) return ofService
  if (platform === 'win32') {
    return join(absolute(environment.get('LOCALAPPDATA')) ?? join(home(), 'AppData', 'Local'), name)
  }
  const own = absolute(environment.get('HOME')) ?? home()
  if (platform === 'darwin') return join(own, 'Library', 'Application Support', name)
  return join(absolute(environment.get('XDG_STATE_HOME')) ?? join(own, '.local', 'state'), name)
}

/** The home folder; `/` for a user without an entry in passwd, as in containers. */
function home(): string {
  return tried(homedir) ?? '/'
}
