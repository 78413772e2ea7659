import type { Config, Credentials } from './config.ts'
import { credentialSettings } from './credential-settings.ts'
import type { Settings } from './setting.ts'
import { logLevels, sidecarSettings } from './sidecar-settings.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { withoutSecrets } from './upstream-url.ts'

export type ShownSetting = { name: string; value: string }

/**
 * The settings in effect, as the page and the log show them: no secret, no password of a proxy. The credentials and the
 * log level can change.
 */
export function shownSettings(config: Config, credentials: Credentials, logLevel: string): ShownSetting[] {
  const { proxy } = config
  return [
    ...shownIn(credentialSettings, credentials),
    ...shownIn(upstreamSettings, config),
    { name: 'HTTPS_PROXY or HTTP_PROXY, for the API', value: shownProxy(proxy.base) },
    { name: 'HTTPS_PROXY or HTTP_PROXY, for the token endpoint', value: shownProxy(proxy.token) },
    ...shownIn(sidecarSettings, {
      ...config,
      logLevel: logLevels.find((level) => level === logLevel) ?? config.logLevel,
    }),
  ]
}

function shownIn<Group extends object>(settings: Settings<Group>, values: NoInfer<Partial<Group>>): ShownSetting[] {
  const shown: ShownSetting[] = []
  for (const key in settings) {
    const { name, show } = settings[key]
    const value = values[key]
    if (show !== undefined) shown.push({ name, value: value === undefined || value === null ? 'none' : show(value) })
  }
  return shown
}

function shownProxy(url: URL | undefined): string {
  return url === undefined ? 'none' : withoutSecrets(url).replace(/\/$/, '')
}
