import type { Environment } from '../settings/environment.ts'

/** The client's own settings, its secret among them, URLs that hold a key, and where traces go. */
const ours = /^(CATAPA_.*CLIENT_|SIDECAR_(CACHE|NOTIFY|HEARTBEAT)_URL|OTEL_EXPORTER_OTLP_)/i

/** The environment of the secret's command: what it needs to reach its manager, and none of the sidecar's own secrets. */
export function programEnvironment(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !ours.test(name)) kept[name] = value
  }
  return kept
}
