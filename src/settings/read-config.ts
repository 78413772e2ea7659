import { resolve } from 'node:path'
import { addressWords } from './address-words.ts'
import { checkNames, checkSpelling } from './check-names.ts'
import type { Config, ProxyValues, SandboxConfig, SidecarValues, UpstreamValues } from './config.ts'
import { collect, type Report } from './config-error.ts'
import { readCredentials } from './credentials.ts'
import { crossCheckWords } from './cross-check-words.ts'
import {
  checkAudit,
  checkCache,
  checkHeartbeat,
  checkHttp,
  checkListeners,
  checkNotify,
  checkNotOwn,
  checkRepeats,
} from './cross-checks.ts'
import type { Environment } from './environment.ts'
import { isTls } from './listen-address.ts'
import { withoutTls } from './notify-url.ts'
import { proxyFor } from './proxy-variables.ts'
import type { Values } from './read-group.ts'
import { readGroup } from './read-group.ts'
import { sandboxSettings } from './sandbox-settings.ts'
import { secretCommandSettings } from './secret-command-setting.ts'
import type { Settings } from './setting.ts'
import { credentialPaths, readSecretSources, settingValues } from './setting-values.ts'
import { sidecarSettings } from './sidecar-settings.ts'
import { readSources, type Sources } from './sources.ts'
import { readTraces, tolerating } from './traces.ts'
import { proxySettings, upstreamSettings } from './upstream-settings.ts'
import { isLoopbackUrl } from './upstream-url.ts'

export { ConfigError, type ConfigProblem } from './config-error.ts'

function ignoredVariables(sources: Sources): string[] {
  return sources.environment.get('NODE_TLS_REJECT_UNAUTHORIZED') === '0' ? [crossCheckWords().verified] : []
}

function unencrypted({ cacheUrl }: SidecarValues): string[] {
  return cacheUrl?.protocol === 'redis:' && !isLoopbackUrl(cacheUrl) ? [crossCheckWords().unencryptedStore] : []
}

/** `given`: the settings that are set, without the credentials, by name, as they are written. */
export type SidecarSettings = Readonly<{ config: Config; given: Values }>

/**
 * Environment and `--config` file → Config (design/promises 1.8, 1.10 and 2.1).
 * @param env a copy of `process.env`: see `takeEnvironment`
 * @throws ConfigError with every problem
 */
export function readConfig(env: Environment, configPath?: string): Config {
  return readSettings(env, configPath).config
}

/** As `readConfig`, with the texts that were set. @throws ConfigError with every problem */
export function readSettings(env: Environment, configPath?: string): SidecarSettings {
  return collect((report) => gatherSettings(env, configPath, report))
}

/** As `readSettings`, for a reader that has more to report. A harmless value stands in for each wrong one. */
export function gatherSettings(env: Environment, configPath: string | undefined, strict: Report): SidecarSettings {
  const ofTraces: string[] = []
  const report = tolerating(strict, (sentence) => ofTraces.push(sentence))
  const sources = readSecretSources(env, configPath, report)
  const warnings = ignoredVariables(sources)
  checkNames(sources, ['SIDECAR_', 'CATAPA_'], report, (sentence) => warnings.push(sentence))
  const given = settingValues(sources, report)
  const sidecar = readGroup(sidecarSettings, given, report, sources.environment)
  checkListeners(sidecar, report)
  checkAudit(sidecar, report)
  checkRepeats(sidecar, report)
  const upstream = readGroup(upstreamSettings, given, report)
  checkHttp(upstream, report)
  checkCache(sidecar, upstream, report)
  checkNotify(sidecar, upstream.allowHttp, report)
  checkHeartbeat(sidecar, upstream, report)
  warnings.push(...unencrypted(sidecar))
  const proxies = readGroup(proxySettings, given, report)
  checkNotOwn(upstream, proxies, [...sidecar.listen, ...sidecar.adminListen], report)
  const traces = readTraces(given, report, [...sidecar.listen, ...sidecar.adminListen])
  if (traces !== undefined) warnings.push(...ofTraces) // Otherwise they are none of this program's business.
  const credentials = readCredentials(sources, configPath, report)
  const { secretCommand } = readGroup(secretCommandSettings, given, report, sources.environment)
  const notify = upstream.allowHttp ? withoutTls(sidecar.notify) : sidecar.notify
  return {
    config: { ...sidecar, notify, ...upstreamConfig(upstream, proxies), credentials, secretCommand, traces, warnings },
    given,
  }
}

/**
 * Where the heartbeat goes, and the way there, also where other settings are wrong; undefined if one of these is. Never throws.
 */
export function readHeartbeat(
  env: Environment,
  configPath: string | undefined,
): Pick<Config, 'heartbeatUrl' | 'proxies' | 'extraCa'> | undefined {
  const wrong = new Set<string>()
  const { config } = gatherSettings(env, configPath, (name) => wrong.add(name))
  const needed = [
    sidecarSettings.heartbeatUrl,
    proxySettings.httpsProxy,
    proxySettings.httpProxy,
    upstreamSettings.extraCa,
  ]
  return needed.some(({ name }) => wrong.has(name)) ? undefined : config
}

function upstreamConfig({ allowHttp, ...values }: UpstreamValues, proxies: ProxyValues) {
  const tokenUrl = values.tokenUrl ?? defaultTokenUrl(values.baseUrl)
  return {
    ...values,
    tokenUrl,
    proxy: { base: proxyFor(values.baseUrl, proxies), token: proxyFor(tokenUrl, proxies) },
    proxies,
  }
}

/** The token endpoint without CATAPA_TOKEN_URL. */
function defaultTokenUrl(baseUrl: URL): URL {
  return new URL('/oauth/token', baseUrl)
}

/** The sandbox of `demo`, and the sidecar in front of it for the sandbox's address. */
export type DemoConfig = Readonly<{ sandbox: SandboxConfig; sidecarOf: (sandbox: URL) => Config }>

/**
 * The settings of `demo`: SIDECAR_… and SANDBOX_…; no proxy and no heartbeat, CATAPA_… is ignored.
 * @throws ConfigError with every problem
 */
export function readDemoConfig(env: Environment, configPath?: string): DemoConfig {
  return collect((report) => {
    const sources = readSecretSources(env, configPath, report)
    const warnings: string[] = []
    checkNames(sources, ['SIDECAR_'], report, (sentence) => warnings.push(sentence))
    const read = readGroup(sidecarSettings, settingValues(sources, report), report, sources.environment)
    const sidecar = { ...read, listen: plainListeners(read.listen, warnings) }
    checkListeners(sidecar, report)
    checkAudit(sidecar, report)
    warnings.push(...unencrypted(sidecar))
    const upstream = readGroup(upstreamSettings, new Map(), report)
    checkNotify(sidecar, upstream.allowHttp, report)
    const sandbox = toSandboxConfig(sources, report)
    if (sandbox.listen.kind === 'unix') report('SANDBOX_LISTEN', addressWords().demoPort)
    const { tenant, clientId, clientSecret } = sandbox
    const credentials = { tenant, clientId, clientSecret }
    return {
      sandbox,
      sidecarOf(baseUrl) {
        const authorizeUrl = new URL('/oauth2/authorize', baseUrl)
        const inFront = upstreamConfig({ ...upstream, baseUrl, authorizeUrl }, noProxies)
        // A demo is no sign of life of the real sidecar.
        const none = { secretCommand: undefined, heartbeatUrl: undefined, traces: undefined }
        return { ...sidecar, ...inFront, ...none, credentials, warnings }
      },
    }
  })
}

/** The demo has no certificates. Without another address it listens where a sidecar does by default. */
function plainListeners(listen: SidecarValues['listen'], warnings: string[]): SidecarValues['listen'] {
  const plain = listen.filter((address) => !isTls(address))
  if (plain.length < listen.length) warnings.push(addressWords().demoTls)
  return plain.length > 0 ? plain : [{ kind: 'localhost', port: 8228 }]
}

const noProxies: ProxyValues = { httpsProxy: undefined, httpProxy: undefined, noProxy: undefined }

/**
 * The SANDBOX_… settings.
 * @throws ConfigError with every problem
 */
export function readSandboxConfig(env: Environment, configPath?: string): SandboxConfig {
  return collect((report) => toSandboxConfig(readSources(env, configPath, report), report))
}

function toSandboxConfig(sources: Sources, report: Report): SandboxConfig {
  checkNames(sources, ['SANDBOX_'], report)
  return readGroup(sandboxSettings, settingValues(sources), report)
}

/** Settings of a command that needs few of them, and no credentials. @throws ConfigError with every problem */
function readFew<Group extends object>(settings: Settings<Group>, env: Environment, configPath?: string): Group {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    for (const key in settings) checkSpelling(sources, settings[key].name, report)
    return readGroup(settings, settingValues(sources), report, sources.environment)
  })
}

const { profile, callersFile, listen, adminListen, trustNetwork, stateDir } = sidecarSettings
const { auditDir, auditKeyFile, auditOnFailure, tlsCertFile, tlsKeyFile, tlsClientCaFile } = sidecarSettings
const { baseUrl, tokenUrl } = upstreamSettings

/** For `logout`: the folder of the login, and the address of a running sidecar. @throws ConfigError with every problem */
export function readStateConfig(env: Environment, configPath?: string): Pick<Config, 'adminListen' | 'stateDir'> {
  return readFew({ adminListen, stateDir }, env, configPath)
}

/** For `audit`: the folder of the trail and its key. @throws ConfigError with every problem */
export function readAuditConfig(env: Environment, configPath?: string): Pick<Config, 'auditDir' | 'auditKeyFile'> {
  return readFew({ auditDir, auditKeyFile }, env, configPath)
}

const policySettings = {
  ...{ profile, callersFile, listen, adminListen, trustNetwork, baseUrl, tokenUrl },
  ...{ auditDir, auditKeyFile, auditOnFailure, tlsCertFile, tlsKeyFile, tlsClientCaFile },
}

/**
 * For `policy`: SIDECAR_PROFILE, the callers file, and the settings that it must agree with.
 * @throws ConfigError with every problem
 */
export function readPolicyConfig(env: Environment, configPath?: string) {
  const values = readFew(policySettings, env, configPath)
  return { ...values, tokenUrl: values.tokenUrl ?? defaultTokenUrl(values.baseUrl) }
}

/** Absolute paths of the files with credentials in them: the `--config` file and the files of `…_FILE`. Never throws. */
export function credentialFiles(env: Environment, configPath?: string): string[] {
  const paths = credentialPaths(readSecretSources(env, configPath, () => {}))
  return [...new Set(configPath ? [resolve(configPath), ...paths] : paths)]
}
