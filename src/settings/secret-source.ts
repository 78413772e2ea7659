import type { Environment } from './environment.ts'
import { givenAs } from './origin.ts'
import { readSecretSources } from './setting-values.ts'

/** What the settings come from. */
export type SettingsOrigin = { environment: Environment; configPath: string | undefined }

/** Where a secret comes from. `file` is the one whose mode matters, `value` the secret where it stands in a setting. */
export type SecretSource = {
  variable: string
  file: string | undefined
  value: string | undefined
  inConfig: boolean
  /** The `--config` file has it as well, which does not count. */
  wins: boolean
}

/** The settings that hold a secret, and what that is for people. */
export const secretSettings = {
  CATAPA_CLIENT_SECRET: 'the client secret',
  SIDECAR_CACHE_URL: 'the URL of the store, with its password',
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
  if ('path' in given) return { variable, file: given.path, value: undefined, inConfig: false, wins }
  return { variable, file: inConfig ? configPath : undefined, value: given.value, inConfig, wins }
}
