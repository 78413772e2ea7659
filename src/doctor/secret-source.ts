import { readSecretSources } from '../settings/setting-values.ts'
import type { Origin } from './step.ts'

/** Where a secret comes from. `file` is the one whose mode matters, `value` the secret where it stands in a setting. */
export type SecretSource = { variable: string; file: string | undefined; value: string | undefined; inConfig: boolean }

/** The settings that hold a secret, and what that is for people. */
export const secretSettings = {
  CATAPA_CLIENT_SECRET: 'the client secret',
  SIDECAR_CACHE_URL: 'the URL of the store, with its password',
} as const

/**
 * Finds a secret as design/promises 1.10 says: what the environment names, in either form, replaces the file's.
 */
export function secretSource(
  { environment, configPath }: Origin,
  setting: keyof typeof secretSettings,
): SecretSource | undefined {
  const sources = readSecretSources(environment, configPath, () => {})
  const inFile = new Map([...sources.file].map(([name, { value }]) => [name, value]))
  for (const [source, inConfig] of [
    [sources.environment, false],
    [inFile, true],
  ] as const) {
    const value = source.get(setting)
    if (value !== undefined) {
      return { variable: setting, file: inConfig ? configPath : undefined, value, inConfig }
    }
    const variable = `${setting}_FILE`
    const file = source.get(variable)
    if (file !== undefined) return { variable, file, value: undefined, inConfig: false }
  }
  return undefined
}
