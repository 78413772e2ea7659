import type { Values } from './check-values.ts'
import type { Environment } from './environment.ts'
import { credentialFiles, readSettings, type SidecarSettings } from './read-config.ts'
import { readTextFile } from './text-file.ts'

/** Files that can bring new credentials while the sidecar runs. */
export type Followed = Readonly<{
  /** SidecarSettings that are set, as they were at the start. */
  given: Values
  /** Everything as it is now, so that a file with a problem changes nothing. @throws ConfigError with every problem */
  read: () => SidecarSettings
}>

/** What there is to follow; undefined where the environment names everything. */
export function followed(env: Environment, configPath: string | undefined, given: Values): Followed | undefined {
  if (credentialFiles(env, configPath).length === 0) return undefined
  let last: { texts: string; settings: SidecarSettings } | undefined
  return {
    given,
    read() {
      // To judge everything takes milliseconds, of which requests would have to wait every time.
      const texts = JSON.stringify(credentialFiles(env, configPath).map(readTextFile))
      if (texts !== last?.texts) last = { texts, settings: readSettings(env, configPath) }
      return last.settings
    },
  }
}
