import { createHmac } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Auditing } from '../audit/audit-in-use.ts'
import { keyedDigest, readOrMakeKeyFile } from '../audit/key-file.ts'
import { openTrail } from '../audit/writing/open-trail.ts'
import type { Config } from '../settings/config.ts'
import { ConfigError } from '../settings/config-error.ts'
import { sidecarSettings } from '../settings/sidecar-settings.ts'

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
