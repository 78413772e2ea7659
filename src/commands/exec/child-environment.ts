import { type Environment, isSecret } from '../../settings/environment.ts'

const loopback = ['localhost', '127.0.0.1', '::1']
/**
 * The URL that goes with a socket file. Nobody listens on this port, which is below 1024 and unassigned: a program that does not
 * know CATAPA_SOCKET fails at once. On port 80 its data could reach somebody's web server.
 */
const urlOfSocket = 'http://localhost:4'

/**
 * The environment of the child (design/promises 1.6): where the sidecar listens (`http://…` or `unix:/…`), no outgoing
 * proxy on the way there, and no credential. The client's id, the paths of its files, the folder of the login and the audit
 * trail are left out too: the child has no use for them, and another sidecar could not write the same trail.
 */
export function childEnvironment(
  environment: Environment,
  address: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const child: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isCredential(name, value)) child[name] = value
  }
  const socket = /^unix:(.*)$/s.exec(address)?.[1]
  set(child, 'CATAPA_SOCKET', socket, platform) // An outer exec's would be another sidecar's.
  set(child, 'CATAPA_URL', socket === undefined ? address : urlOfSocket, platform)
  set(child, 'CATAPA_BASE_URL', socket === undefined ? address : urlOfSocket, platform)
  exemptLoopback(child, platform)
  return child
}

function isCredential(name: string, value: string): boolean {
  const upper = name.toUpperCase()
  const named = ['CATAPA_CLIENT_', 'SIDECAR_AUDIT_', 'SIDECAR_CACHE_', 'SIDECAR_NOTIFY_', 'SIDECAR_HEARTBEAT_'].some(
    (start) => upper.startsWith(start),
  )
  // Its own traces: it sends them itself.
  if (upper.startsWith('OTEL_')) return false
  return named || ['CREDENTIALS_DIRECTORY', 'SIDECAR_STATE_DIR'].includes(upper) || isSecret(name, value)
}

/** On Windows, names that differ only in case are one variable. */
function set(child: Record<string, string>, name: string, value: string | undefined, platform: NodeJS.Platform): void {
  if (platform === 'win32') {
    for (const known of Object.keys(child)) if (known.toUpperCase() === name) delete child[known]
  }
  if (value === undefined) delete child[name]
  else child[name] = value
}

/** A program reads one of the two spellings, so an unset one gets the value of the other. */
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

/** The list with the missing loopback names. `*` stays alone: many programs understand it only without others. */
function withLoopback(list: string): string {
  const known = list.split(/[\s,]+/).filter((entry) => entry !== '')
  if (known.includes('*')) return list
  const missing = loopback.filter((name) => !known.includes(name))
  return [list.trim().replace(/,$/, ''), ...missing].filter((part) => part !== '').join(',')
}
