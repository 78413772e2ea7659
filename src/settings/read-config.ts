import { resolve } from 'node:path'
import { check, type Values } from './check.ts'
import type { Config, ListenAddress } from './config.ts'
import { collect, type Report } from './config-error.ts'
import { toCredentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import { parseAdminListen, parseListenAddress } from './listen-address.ts'
import { checkNames, checkSpelling } from './names.ts'
import { expected, sandboxSchema, stateSchema } from './schema.ts'
import { toSidecarConfig, toStateDir } from './sidecar-settings.ts'
import { credentialPaths, readSources, type Sources, settingValues } from './sources.ts'
import { defaultTokenUrl, toUpstreamConfig } from './upstream-settings.ts'

export { ConfigError, type ConfigProblem } from './config-error.ts'

function ignoredVariables(sources: Sources): string[] {
  return sources.environment.get('NODE_TLS_REJECT_UNAUTHORIZED') === '0'
    ? ['NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified. CATAPA_CA_FILE adds a CA to trust.']
    : []
}

/** `given`: every setting but the credentials that is set, by name, as it is written. */
export type Settings = Readonly<{ config: Config; given: Values }>

/**
 * Environment and `--config` file → Config (design/promises 1.8, 1.10 and 2.1).
 * @param env a copy of `process.env`: see `takeEnvironment`
 * @throws ConfigError with every problem
 */
export function readConfig(env: Environment, configPath?: string): Config {
  return readSettings(env, configPath).config
}

/** As `readConfig`, and what it was made of. @throws ConfigError with every problem */
export function readSettings(env: Environment, configPath?: string): Settings {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    const warnings = ignoredVariables(sources)
    checkNames(sources, ['SIDECAR_', 'CATAPA_'], report, (sentence) => warnings.push(sentence))
    const values = settingValues(sources)
    const sidecar = toSidecarConfig(values, sources.environment, report)
    const listeners = sidecar ? [...sidecar.listen, ...sidecar.adminListen] : []
    const upstream = toUpstreamConfig(values, listeners, report)
    const credentials = toCredentials(sources, report)
    if (!sidecar || !upstream || !credentials) return undefined
    return { config: { ...sidecar, ...upstream, credentials, warnings }, given: values }
  })
}

/** The sandbox of `demo`, and the sidecar in front of it once it is known where it listens. */
export type DemoConfig = Readonly<{ sandbox: SandboxConfig; sidecarOf: (sandbox: URL) => Config }>

/**
 * The settings of `demo`: SIDECAR_… and SANDBOX_…; no proxy, CATAPA_… is ignored.
 * @throws ConfigError with every problem
 */
export function readDemoConfig(env: Environment, configPath?: string): DemoConfig {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    const warnings: string[] = []
    checkNames(sources, ['SIDECAR_'], report, (sentence) => warnings.push(sentence))
    const sidecar = toSidecarConfig(settingValues(sources), sources.environment, report)
    const sandbox = toSandboxConfig(sources, report)
    if (sandbox?.listen.kind === 'unix')
      report('SANDBOX_LISTEN', 'should have a port here: the sidecar of demo calls it')
    return (
      sidecar &&
      sandbox && { sandbox, sidecarOf: (baseUrl) => ({ ...sidecar, ...inFrontOf(sandbox, baseUrl), warnings }) }
    )
  })
}

function inFrontOf({ tenant, clientId, clientSecret }: SandboxConfig, baseUrl: URL) {
  return {
    credentials: { tenant, clientId, clientSecret },
    baseUrl,
    clientAuth: 'client_secret_basic',
    scope: undefined,
    tokenUrl: defaultTokenUrl(baseUrl),
    grant: 'client_credentials',
    authorizeUrl: new URL('/oauth2/authorize', baseUrl),
    redirectUri: 'http://127.0.0.1:8231/callback',
    pkce: true,
    extraCa: undefined,
    proxy: { base: undefined, token: undefined },
  } as const
}

/** Settings of the `sandbox` command (design/promises 6.4). */
export type SandboxConfig = Readonly<{
  listen: ListenAddress
  tenant: string
  clientId: string
  clientSecret: string
  tokenLifetimeSeconds: number
  tokenReuse: boolean
  refreshRotation: boolean
  redirectUri: string
}>

/**
 * The SANDBOX_… settings.
 * @throws ConfigError with every problem
 */
export function readSandboxConfig(env: Environment, configPath?: string): SandboxConfig {
  return collect((report) => toSandboxConfig(readSources(env, configPath, report), report))
}

function toSandboxConfig(sources: Sources, report: Report): SandboxConfig | undefined {
  checkNames(sources, ['SANDBOX_'], report)
  const checked = check(sandboxSchema, settingValues(sources), report)
  if (!checked) return undefined
  const listen = parseListenAddress(checked.SANDBOX_LISTEN)
  if ('flaw' in listen) report('SANDBOX_LISTEN', `an address ${listen.flaw}`)
  if (!URL.canParse(checked.SANDBOX_REDIRECT_URI)) {
    report('SANDBOX_REDIRECT_URI', `should be ${expected(sandboxSchema.properties, 'SANDBOX_REDIRECT_URI')}`)
  }
  if ('flaw' in listen) return undefined
  return {
    listen,
    tenant: checked.SANDBOX_TENANT,
    clientId: checked.SANDBOX_CLIENT_ID,
    clientSecret: checked.SANDBOX_CLIENT_SECRET,
    tokenLifetimeSeconds: checked.SANDBOX_TOKEN_LIFETIME,
    tokenReuse: checked.SANDBOX_TOKEN_REUSE,
    refreshRotation: checked.SANDBOX_REFRESH_ROTATION,
    redirectUri: checked.SANDBOX_REDIRECT_URI,
  }
}

/**
 * What `logout` needs: where the login is, and where a running sidecar would be; no credentials.
 * @throws ConfigError with every problem
 */
export function readStateConfig(env: Environment, configPath?: string): Pick<Config, 'adminListen' | 'stateDir'> {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    for (const name of Object.keys(stateSchema.properties)) checkSpelling(sources, name, report)
    const checked = check(stateSchema, settingValues(sources), report)
    return (
      checked && {
        adminListen: parseAdminListen(checked.SIDECAR_ADMIN_LISTEN, report),
        stateDir: toStateDir(checked.SIDECAR_STATE_DIR, sources.environment, report),
      }
    )
  })
}

/** Absolute paths of the files whose change can change the credentials: the `--config` file and `…_FILE`s. Never throws. */
export function credentialFiles(env: Environment, configPath?: string): string[] {
  const paths = credentialPaths(readSources(env, configPath, () => {}))
  return [...new Set(configPath ? [resolve(configPath), ...paths] : paths)]
}
