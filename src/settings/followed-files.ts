import type { Environment } from './environment.ts'
import { credentialFiles, readSettings, type SidecarSettings } from './read-config.ts'
import type { Values } from './read-group.ts'
import { readTextFile } from './text-file.ts'

/** Files that can bring new credentials while the sidecar runs. */
export type Followed = Readonly<{
  /** Settings that were set at the start. */
  given: Values
  /** Reads all settings anew, so that a file with any problem changes nothing. @throws ConfigError with every problem */
  read: () => SidecarSettings
}>

/** The files to follow; undefined if all settings come from the environment. */
export function followed(env: Environment, configPath: string | undefined, given: Values): Followed | undefined {
  if (credentialFiles(env, configPath).length === 0) return undefined
  let last: { texts: string; settings: SidecarSettings } | undefined
  return {
    given,
    read() {
      // Judging all settings takes milliseconds, during which requests would wait: so only after a change.
      const texts = JSON.stringify(credentialFiles(env, configPath).map(readTextFile))
      if (texts !== last?.texts) last = { texts, settings: readSettings(env, configPath) }
      return last.settings
    },
  }
}
