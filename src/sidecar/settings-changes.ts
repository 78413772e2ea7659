import type { FastifyBaseLogger } from 'fastify'
import type { Values } from '../settings/check-values.ts'
import { settings } from '../settings/settings.ts'

/**
 * Logs once, by name, the settings that differ from those that the sidecar `started` with: of the `--config` file only the
 * credentials are taken over while it runs. `elsewhere`: not even these, since they are for another token endpoint.
 */
export function tellChanges(started: Values, log: FastifyBaseLogger): (given: Values, elsewhere: boolean) => void {
  let said = '[]'
  return (given, elsewhere) => {
    const changed = settings.filter(
      ({ name, default: fallback }) => (given.get(name) ?? fallback) !== (started.get(name) ?? fallback),
    )
    const names = changed.map(({ name }) => name)
    const now = JSON.stringify(names.map((name) => [name, given.get(name)]))
    if (now !== said && names.length > 0) {
      const effect = elsewhere
        ? 'take effect after a restart, and so do new credentials'
        : 'take effect after a restart'
      log.warn({ settings: names }, `settings were changed in the --config file; they ${effect}`)
    }
    said = now
  }
}
