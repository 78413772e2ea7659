import type { Config, Credentials } from './config.ts'
import { credentialSettings } from './credential-settings.ts'
import { secretCommandSettings } from './secret-command-setting.ts'
import type { Setting, Settings } from './setting.ts'
import { shownWords } from './shown-words.ts'
import { logLevels, sidecarSettings } from './sidecar-settings.ts'
import { tracesSettings } from './traces-settings.ts'
import { upstreamSettings } from './upstream-settings.ts'
import { withoutSecrets } from './upstream-url.ts'

export type ShownSetting = {
  name: string
  value: string
  /** The default as it would be shown, if the value differs from it; undefined also without a default. */
  default: string | undefined
}

/**
 * The settings in effect, as the page and the log show them: no secret, no password of a proxy. The credentials and the
 * log level can change.
 */
export function shownSettings(config: Config, credentials: Credentials, logLevel: string): ShownSetting[] {
  const { proxy } = config
  return [
    ...shownIn(credentialSettings, credentials),
    ...shownIn(secretCommandSettings, config),
    ...shownIn(upstreamSettings, config),
    shownProxy('api', proxy.base),
    shownProxy('token', proxy.token),
    ...shownIn(sidecarSettings, {
      ...config,
      logLevel: logLevels.find((level) => level === logLevel) ?? config.logLevel,
    }),
    shownTraces(config),
  ]
}

/** The settings that differ from their default, without the credentials. */
export function differingSettings(config: Config): ShownSetting[] {
  const names = Object.values(credentialSettings).map(({ name }) => name)
  const shown = shownSettings(config, config.credentials, config.logLevel)
  return shown.filter(({ name, default: usual }) => usual !== undefined && !names.includes(name))
}

function shownIn<Group extends object>(settings: Settings<Group>, values: NoInfer<Partial<Group>>): ShownSetting[] {
  const shown: ShownSetting[] = []
  for (const key in settings) {
    const setting = settings[key]
    if (setting.show === undefined) continue
    const value = shownValue(setting, values[key])
    const usual = shownDefault(setting)
    shown.push({ name: setting.name, value, default: usual === value ? undefined : usual })
  }
  return shown
}

function shownValue<Value>({ show }: Setting<Value>, value: Value | undefined): string {
  return show === undefined || value === undefined || value === null ? shownWords().none : show(value)
}

/** Undefined if a value is required, or if another setting or the machine decides. */
function shownDefault<Value>(setting: Setting<Value>): string | undefined {
  const { required, schema, default: text, shownDefault: words } = setting
  if (required || words !== (text || 'none')) return undefined
  return text === undefined
    ? shownWords().none
    : shownValue(
        setting,
        setting.read(schema.default, () => undefined, new Map()),
      )
}

/** Of the variables of OpenTelemetry only the collector, since those that are wrong are ignored. */
function shownTraces({ traces }: Config): ShownSetting {
  const { name } = tracesSettings.endpoint
  const { none } = shownWords()
  if (traces === undefined) return { name, value: none, default: undefined }
  return { name, value: withoutSecrets(traces.endpoint), default: none }
}

function shownProxy(of: 'api' | 'token', url: URL | undefined): ShownSetting {
  const { none, proxyOf } = shownWords()
  if (url === undefined) return { name: proxyOf(of), value: none, default: undefined }
  return { name: proxyOf(of), value: withoutSecrets(url).replace(/\/$/, ''), default: none }
}
