import { isAbsolute, resolve } from 'node:path'
import { check, type Values } from './check.ts'
import type { Config } from './config.ts'
import type { Report } from './config-error.ts'
import { isLocal, overlap, parseAdminListen, parseListenAddresses } from './listen-address.ts'
import { expected, sidecarSchema } from './schema.ts'
import type { Sources } from './sources.ts'
import { defaultStateDir } from './state-dir.ts'
import type { UpstreamConfig } from './upstream-settings.ts'
import { parseHostName, parseList, parseOrigin, parseSize, toMs } from './values.ts'

/** The part of Config that SIDECAR_… settings make. */
export type SidecarConfig = Omit<Config, keyof UpstreamConfig | 'credentials' | 'warnings'>

/** The folder of the login, absolute. */
export function toStateDir(text: string | undefined, environment: Sources['environment'], report: Report): string {
  if (text !== undefined && !isAbsolute(text)) {
    report('SIDECAR_STATE_DIR', `should be ${expected(sidecarSchema.properties, 'SIDECAR_STATE_DIR')}`)
  }
  return resolve(text ?? defaultStateDir(environment))
}

/** Members of a list in their one spelling; one problem however many are wrong. */
function toSet(
  name: 'SIDECAR_ALLOWED_HOSTS' | 'SIDECAR_ALLOWED_ORIGINS',
  text: string | undefined,
  parse: (member: string) => string | undefined,
  report: Report,
): ReadonlySet<string> {
  const members = parseList(text).map(parse)
  const good = members.filter((member) => member !== undefined)
  if (good.length < members.length) report(name, `should be ${expected(sidecarSchema.properties, name)}`)
  return new Set(good)
}

function toMaxBody(text: string, report: Report): number {
  const bytes = parseSize(text)
  if (bytes === undefined) {
    report('SIDECAR_MAX_BODY', `should be ${expected(sidecarSchema.properties, 'SIDECAR_MAX_BODY')}`)
  }
  return bytes ?? 0
}

/** Checks the SIDECAR_… settings and brings them into the program's units. Where there are problems the result is no good. */
export function toSidecarConfig(
  values: Values,
  environment: Sources['environment'],
  report: Report,
): SidecarConfig | undefined {
  const checked = check(sidecarSchema, values, report)
  if (!checked) return undefined
  const listen = parseListenAddresses(checked.SIDECAR_LISTEN, (problem) => report('SIDECAR_LISTEN', problem))
  const adminListen = parseAdminListen(checked.SIDECAR_ADMIN_LISTEN, report)
  if (adminListen.some((admin) => listen.some((data) => overlap(data, admin)))) {
    report('SIDECAR_ADMIN_LISTEN', 'should be another address than SIDECAR_LISTEN')
  }
  if (!checked.SIDECAR_TRUST_NETWORK && !listen.every(isLocal)) {
    report(
      'SIDECAR_TRUST_NETWORK',
      'should be true when SIDECAR_LISTEN is not loopback or a socket file: whoever can connect acts as your client',
    )
  }
  return {
    listen,
    adminListen,
    adminTrustNetwork: checked.SIDECAR_ADMIN_TRUST_NETWORK,
    allowedHosts: toSet('SIDECAR_ALLOWED_HOSTS', checked.SIDECAR_ALLOWED_HOSTS, parseHostName, report),
    allowedOrigins: toSet('SIDECAR_ALLOWED_ORIGINS', checked.SIDECAR_ALLOWED_ORIGINS, parseOrigin, report),
    placeholderToken: checked.SIDECAR_PLACEHOLDER_TOKEN,
    refreshMarginMs: toMs(checked.SIDECAR_REFRESH_MARGIN),
    idleCheckMs: toMs(checked.SIDECAR_IDLE_CHECK),
    tokenTimeoutMs: toMs(checked.SIDECAR_TOKEN_TIMEOUT),
    tokenWaitMs: toMs(checked.SIDECAR_TOKEN_WAIT),
    replay: checked.SIDECAR_REPLAY,
    connectTimeoutMs: toMs(checked.SIDECAR_CONNECT_TIMEOUT),
    responseTimeoutMs: toMs(checked.SIDECAR_RESPONSE_TIMEOUT),
    bodyTimeoutMs: toMs(checked.SIDECAR_BODY_TIMEOUT),
    upstreamConnections: checked.SIDECAR_UPSTREAM_CONNECTIONS,
    maxWaiting: checked.SIDECAR_MAX_WAITING,
    queueTimeoutMs: toMs(checked.SIDECAR_QUEUE_TIMEOUT),
    maxBodyBytes: toMaxBody(checked.SIDECAR_MAX_BODY, report),
    shutdownDelayMs: toMs(checked.SIDECAR_SHUTDOWN_DELAY),
    shutdownGraceMs: toMs(checked.SIDECAR_SHUTDOWN_GRACE),
    stateDir: toStateDir(checked.SIDECAR_STATE_DIR, environment, report),
    quit: checked.SIDECAR_QUIT,
    logLevel: checked.SIDECAR_LOG_LEVEL,
    logFormat: checked.SIDECAR_LOG_FORMAT,
  }
}
