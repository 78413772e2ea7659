import { canary } from './ids.ts'
import type { Scene } from './scene.ts'

type Around = Readonly<{ scene: Scene; catapaUrl: string; storeUrl: string; notifyUrl: string; collectorUrl: string }>

export const clientId = 'soak-client'

/** The settings of a sidecar: the first reads its secret from a file, the second from a command, and its clock can jump. */
export function sidecarEnv(number: 0 | 1, { scene, catapaUrl, storeUrl, notifyUrl, collectorUrl }: Around) {
  const { port, tlsPort, adminPort, callers, audit, auditKey } = scene.sites[number]
  return {
    CATAPA_TENANT: 'demo',
    CATAPA_CLIENT_ID: clientId,
    ...(number === 0
      ? { CATAPA_CLIENT_SECRET_FILE: scene.secret }
      : { CATAPA_CLIENT_SECRET_COMMAND: `'${scene.keeper}' ${canary}`, ...scene.clock?.env }),
    CATAPA_BASE_URL: catapaUrl,
    SIDECAR_CACHE_URL: storeUrl,
    SIDECAR_LISTEN: `127.0.0.1:${port} tls:127.0.0.1:${tlsPort}`,
    SIDECAR_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    SIDECAR_TLS_CERT_FILE: scene.pair.cert,
    SIDECAR_TLS_KEY_FILE: scene.pair.key,
    SIDECAR_TLS_CLIENT_CA_FILE: scene.clientCa,
    SIDECAR_CALLERS_FILE: callers,
    SIDECAR_AUDIT_DIR: audit,
    SIDECAR_AUDIT_KEY_FILE: auditKey,
    SIDECAR_REPEAT_WINDOW: '86400', // No jump of the clock ends it.
    SIDECAR_REPLAY: 'buffered',
    SIDECAR_RESPONSE_TIMEOUT: '5',
    SIDECAR_TOKEN_TIMEOUT: '3',
    SIDECAR_NOTIFY_URL: notifyUrl,
    SIDECAR_NOTIFY_AFTER: '2',
    SIDECAR_LOG_LEVEL: 'info',
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canary}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.02',
  }
}
