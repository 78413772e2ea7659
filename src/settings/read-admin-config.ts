import type { Config } from './config.ts'
import { collect } from './config-error.ts'
import type { Environment } from './environment.ts'
import { listenSettings } from './listen-settings.ts'
import { sayOf } from './setting.ts'
import { readSources, settingText } from './sources.ts'
import { checkUnknown } from './unknown-names.ts'

const { adminListen } = listenSettings
const { name } = adminListen

/**
 * Reads SIDECAR_ADMIN_LISTEN alone, for `wait` and `healthcheck`. No other settings are loaded and no schema is checked,
 * since a probe runs every few seconds, and this setting may be any text.
 * @returns an empty list when the admin listener is off
 * @throws ConfigError with every problem
 */
export function readAdminConfig(env: Environment, configPath?: string): Pick<Config, 'adminListen'> {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    const given = settingText(sources, name)
    if (given === undefined) checkUnknown(sources, { accepted: new Set(), candidates: [name] }, report)
    const text = given ?? adminListen.default
    return { adminListen: adminListen.read(text, sayOf(adminListen, report), sources.environment) }
  })
}
