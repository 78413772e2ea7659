/** `process.env`, or a test's stand-in. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Variables of proxies, which other programs read too. */
const proxies = new Set(['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'FTP_PROXY'])

/** Whose values are secrets whatever they are. */
const secrets = new Set([
  ...['CATAPA_CLIENT_SECRET', 'SIDECAR_CACHE_URL', 'SIDECAR_NOTIFY_URL', 'SIDECAR_HEARTBEAT_URL'],
  ...['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'],
  'CATAPA_CLIENT_SECRET_COMMAND', // Its arguments may hold one.
])

/** Of URLs that are secrets where they have a user or a password in them. */
const endpoints = new Set(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])

let taken: Environment | undefined

/** Whether the variable holds a secret: the client's, a URL that holds a key, the headers for a collector, or a password in its URL or that of a proxy. */
export function isSecret(name: string, value: string | undefined): boolean {
  const upper = name.toUpperCase()
  if (secrets.has(upper)) return true
  // An "@" follows a user or password, also where the text is no URL: `user:password@proxy` would parse as scheme `user:`.
  return (proxies.has(upper) || endpoints.has(upper)) && value?.includes('@') === true
}

/**
 * A copy of the environment. Secrets (`isSecret`) are removed from `process.env` itself, so that no child inherits them. Later calls
 * return the same copy.
 */
export function takeEnvironment(): Environment {
  if (taken) return taken
  taken = { ...process.env }
  for (const [name, value] of Object.entries(taken)) {
    if (isSecret(name, value)) delete process.env[name]
  }
  return taken
}
