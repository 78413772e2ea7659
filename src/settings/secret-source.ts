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

/** The settings that hold a secret. */
export const secretSettings = [
  'CATAPA_CLIENT_SECRET',
  'SIDECAR_CACHE_URL',
  'SIDECAR_NOTIFY_URL',
  'SIDECAR_HEARTBEAT_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
] as const

/** Finds a secret as design/promises 1.10 says. */
export function secretSource(
  { environment, configPath }: SettingsOrigin,
  setting: (typeof secretSettings)[number],
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
