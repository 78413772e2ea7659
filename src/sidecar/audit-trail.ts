import { createHmac } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { AuditEntry, Trail } from '../audit/audit-line.ts'
import { keyedDigest, readOrMakeKeyFile } from '../audit/key-file.ts'
import { openTrail } from '../audit/writing/open-trail.ts'
import type { Config } from '../settings/config.ts'
import { ConfigError } from '../settings/config-error.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'

/** How often the head is logged. A head in the log shows later whether the end was cut off (design/promises 9.8). */
const headEveryMs = 5 * 60_000

/** The trail of a running sidecar. */
export type KeptTrail = ReturnType<typeof keepTrail>

/** Begins a trail with a `start` line, logs its head, and ends it. Failures are told by the trail itself. */
export function keepTrail(trail: Trail, start: Omit<AuditEntry, 'event'>, log: FastifyBaseLogger) {
  let stopped: Promise<void> | undefined

  /** Logs the head at any level but `silent`: only a head that is kept elsewhere proves anything. */
  function tellHead(message: string): void {
    const { folder, head } = trail.state()
    const level = log.level === 'silent' ? 'silent' : 'info'
    log.child({}, { level }).info({ folder, seq: head.seq, hash: head.hash }, message)
  }

  async function end(): Promise<void> {
    clearInterval(timer)
    await trail.stop({ event: 'stop' })
    tellHead('head of the audit trail at its end')
  }

  tellHead('audit trail')
  trail.note({ event: 'start', ...start })
  const timer = setInterval(tellHead, headEveryMs, 'head of the audit trail').unref()
  return {
    note: trail.note,
    /** Writes the last line, and the last head into the log. */
    stop(): Promise<void> {
      stopped ??= end()
      return stopped
    },
  }
}

type Settings = Pick<Config, 'auditDir' | 'auditKeyFile' | 'auditKeepDays' | 'auditOnFailure'>

/**
 * Opens the trail of SIDECAR_AUDIT_DIR; undefined without one (design/promises 9.1).
 *
 * @throws ConfigError, TrailTakenError
 */
export async function openAudit(
  { auditDir, auditKeyFile, auditKeepDays, auditOnFailure: onFailure }: Settings,
  log: FastifyBaseLogger,
): Promise<Auditing | undefined> {
  if (auditDir === undefined) return undefined
  const trail = await openTrail({ folder: auditDir, keepDays: auditKeepDays, onFailure, log })
  if (auditKeyFile === undefined) return { trail, onFailure, digest: undefined }
  const reading = await readOrMakeKeyFile(auditKeyFile, auditDir)
  if ('flaw' in reading) {
    await trail.stop()
    throw new ConfigError([{ name: sidecarSettings.auditKeyFile.name, problem: reading.flaw }])
  }
  const { key } = reading
  return { trail, onFailure, digest: (text) => keyedDigest(key, text), newHmac: () => createHmac('sha256', key) }
}
