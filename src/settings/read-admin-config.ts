import type { Config } from './config.ts'
import { collect } from './config-error.ts'
import type { Environment } from './environment.ts'
import { checkSpelling } from './names.ts'
import { sayOf } from './setting.ts'
import { sidecarSettings } from './sidecar-settings.ts'
import { readSources, settingValues } from './sources.ts'

/**
 * What `wait` and `healthcheck` need: SIDECAR_ADMIN_LISTEN alone, no credentials. Any text has the type that its schema
 * asks for, so none is compiled: that takes longer than all else here, and a probe runs every few seconds.
 * @returns an empty list when the admin listener is off
 * @throws ConfigError with every problem
 */
export function readAdminConfig(env: Environment, configPath?: string): Pick<Config, 'adminListen'> {
  return collect((report) => {
    const sources = readSources(env, configPath, report)
    const { adminListen } = sidecarSettings
    checkSpelling(sources, adminListen.name, report)
    const text = settingValues(sources).get(adminListen.name) ?? adminListen.default
    return { adminListen: adminListen.read(text, sayOf(adminListen, report), sources.environment) }
  })
}
