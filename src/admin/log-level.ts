import type { FastifyBaseLogger } from 'fastify'
import { logLevels } from '../settings/sidecar-settings.ts'
import { AdminRefusal } from './admin-guard.ts'

/**
 * Changes the log level until the sidecar ends: at the next start `SIDECAR_LOG_LEVEL` holds again. The change is logged at any
 * level, so that the reader of a silent log learns the reason.
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
