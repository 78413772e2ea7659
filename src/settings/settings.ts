import { credentialSettings } from './credential-settings.ts'
import { sandboxSettings as ofSandbox } from './sandbox-settings.ts'
import { secretCommandSettings } from './secret-command-setting.ts'
import type { Described } from './setting.ts'
import { sidecarSettings } from './sidecar-settings.ts'
import { tracesSettings } from './traces-settings.ts'
import { proxySettings, upstreamSettings } from './upstream-settings.ts'

type Group = Readonly<{ title: string; settings: readonly Described[] }>

/** The settings (design/promises 2), in the order of docs/settings.md and of config.example.env, which has the titles too. */
export const groups: readonly Group[] = [
  {
    title: 'The OAuth client. Use one form of each: the value, or as …_FILE the path of a file with it',
    settings: [...Object.values(credentialSettings), ...Object.values(secretCommandSettings)],
  },
  { title: 'CATAPA', settings: Object.values(upstreamSettings) },
  { title: 'Outgoing proxy', settings: Object.values(proxySettings) },
  { title: 'The sidecar', settings: Object.values(sidecarSettings) },
  {
    title: 'Traces. The variables of OpenTelemetry; but for the endpoint, a wrong one is warned of and ignored',
    settings: Object.values(tracesSettings),
  },
]

/** The settings of the `sandbox` command (design/promises 6.4). */
export const sandboxGroup: Group = {
  title: 'The sandbox, for the sandbox command',
  settings: Object.values(ofSandbox),
}

export const settings = groups.flatMap((group) => group.settings)
/** Those that env-schema judges; traces do it themselves, for a tenth of the code. */
export const settingsWithSchema = settings.filter(({ name }) => !name.startsWith('OTEL_'))
export const sandboxSettings = sandboxGroup.settings
