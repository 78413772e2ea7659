import type { FastifyBaseLogger } from 'fastify'
import { logLevels } from '../settings/sidecar-settings.ts'
import { AdminRefusal } from './admin-guard.ts'

/**
 * What is logged from now on, until the sidecar ends: at the next start `SIDECAR_LOG_LEVEL` holds again. The log says so
 * itself, whatever the two levels are: who finds it silent shall know why.
 *
 * @throws AdminRefusal 400
 */
export function changeLogLevel(logger: FastifyBaseLogger, wanted: string | null): { from: string; to: string } {
  const to = logLevels.find((level) => level === wanted)
  if (to === undefined) {
    throw new AdminRefusal(400, `Name one of ${logLevels.join(', ')}, as in "POST /api/log-level?level=warn".`)
  }
  const from = logger.level
  if (from !== to) {
    logger.level = 'info'
    logger.info({ from, to }, 'log level changed')
    logger.level = to
  }
  return { from, to }
}
