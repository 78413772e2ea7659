import type { Environment } from './environment.ts'
import { givenAs, shownProgram } from './origin.ts'
import { readSecretSources } from './setting-values.ts'

/** The sources of the settings. */
export type SettingsOrigin = { environment: Environment; configPath: string | undefined }

/** Where a secret comes from. `file` is the file whose mode matters; `value` is the secret if it stands in a setting itself. */
export type SecretSource = {
  variable: string
  file: string | undefined
  value: string | undefined
  /** The base name of the program that prints it. */
  program?: string | undefined
  inConfig: boolean
  /** The `--config` file has it as well, but the environment wins. */
  wins: boolean
}

/** The settings that hold a secret, and the secret's name for people. */
export const secretSettings = {
  CATAPA_CLIENT_SECRET: 'the client secret',
  SIDECAR_CACHE_URL: 'the URL of the store, with its password',
  SIDECAR_NOTIFY_URL: 'the URLs that notices are sent to',
  SIDECAR_HEARTBEAT_URL: 'the URL of the heartbeat, with its key',
  OTEL_EXPORTER_OTLP_HEADERS: 'the headers for the collector of traces',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'the headers for the collector of traces',
} as const

/** Finds a secret as design/promises 1.10 says. */
export function secretSource(
  { environment, configPath }: SettingsOrigin,
  setting: keyof typeof secretSettings,
): SecretSource | undefined {
  const given = givenAs(
    setting,
    readSecretSources(environment, configPath, () => {}),
  )
  if (given === undefined) return undefined
  const { variable, inConfig, wins } = given
  if ('command' in given)
    return { variable, file: undefined, value: undefined, program: shownProgram(given.command), inConfig, wins }
  if ('path' in given) return { variable, file: given.path, value: undefined, inConfig: false, wins }
  return { variable, file: inConfig ? configPath : undefined, value: given.value, inConfig, wins }
}
