import { type Environment, isSecret } from '../../config/environment.ts'

const loopback = ['localhost', '127.0.0.1', '::1']

/**
 * The environment of the child (CONTRACT §1, `exec`): where the sidecar listens, no outgoing proxy on the way there,
 * and no credential. The client's id, the paths of its files and the folder of the login go too, since the child has no use
 * for them.
 */
export function childEnvironment(
  environment: Environment,
  url: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isCredential(name, value)) child[name] = value
  }
  set(child, 'CATAPA_URL', url, platform)
  set(child, 'CATAPA_BASE_URL', url, platform)
  exemptLoopback(child, platform)
  return child
}

function isCredential(name: string, value: string): boolean {
  const upper = name.toUpperCase()
  const named = upper.startsWith('CATAPA_CLIENT_') || upper === 'CREDENTIALS_DIRECTORY' || upper === 'SIDECAR_STATE_DIR'
  return named || isSecret(name, value)
}

/** Windows has one variable whatever the case of its name. */
function set(child: Record<string, string>, name: string, value: string, platform: NodeJS.Platform): void {
  if (platform === 'win32') {
    for (const known of Object.keys(child)) if (known.toUpperCase() === name) delete child[known]
  }
  child[name] = value
}

/** A program reads one of the two spellings, so the one that is not set gets what the other says. */
function exemptLoopback(child: Record<string, string>, platform: NodeJS.Platform): void {
  if (platform === 'win32') {
    const known = Object.entries(child).find(([name]) => name.toUpperCase() === 'NO_PROXY')?.[1]
    set(child, 'NO_PROXY', withLoopback(known ?? ''), platform)
    return
  }
  const { NO_PROXY: upper = '', no_proxy: lower = '' } = child
  child.NO_PROXY = withLoopback(upper || lower)
  child.no_proxy = withLoopback(lower || upper)
}

/** The list with the loopback names that it lacks. `*` stays alone: many programs know it only so. */
function withLoopback(list: string): string {
  const known = list.split(/[\s,]+/).filter((entry) => entry !== '')
  if (known.includes('*')) return list
  const missing = loopback.filter((name) => !known.includes(name))
  return [list.trim().replace(/,$/, ''), ...missing].filter((part) => part !== '').join(',')
}
