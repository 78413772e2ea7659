import { readSecretSources } from '../settings/setting-values.ts'
import type { Origin } from './step.ts'

/** Where the client secret comes from. `file` is the one whose mode matters, `value` the secret where it stands in a setting. */
export type SecretSource = { variable: string; file: string | undefined; value: string | undefined; inConfig: boolean }

/**
 * Finds the client secret as design/promises 1.10 says: what the environment names, in either form, replaces the
 * file's.
 */
export function secretSource({ environment, configPath }: Origin): SecretSource | undefined {
  const sources = readSecretSources(environment, configPath, () => {})
  const inFile = new Map([...sources.file].map(([name, { value }]) => [name, value]))
  for (const [source, inConfig] of [
    [sources.environment, false],
    [inFile, true],
  ] as const) {
    const value = source.get('CATAPA_CLIENT_SECRET')
    if (value !== undefined) {
      return { variable: 'CATAPA_CLIENT_SECRET', file: inConfig ? configPath : undefined, value, inConfig }
    }
    const file = source.get('CATAPA_CLIENT_SECRET_FILE')
    if (file !== undefined) return { variable: 'CATAPA_CLIENT_SECRET_FILE', file, value: undefined, inConfig: false }
  }
  return undefined
}
