import type { Hmac } from 'node:crypto'
import type { Config } from '../settings/config.ts'
import type { ChainHead, Trail, TrailState } from './audit-line.ts'

/** The trail of a sidecar, with the settings for its lines. */
export type Auditing = Readonly<{
  trail: Trail
  /** The requests to refuse while the trail cannot be written (design/promises 9.9). */
  onFailure: Config['auditOnFailure']
  /** The keyed digest of a raw path or another text; undefined without SIDECAR_AUDIT_KEY_FILE. */
  digest: ((text: string) => string) | undefined
  /** Begins such a digest. */
  newHmac?: (() => Hmac) | undefined
}>

/** The state of the trail for log, metrics, status and page. Instants are on the wall clock. */
export type AuditShown = Readonly<{
  folder: string
  onFailure: Config['auditOnFailure']
  head: ChainHead
  /** Since the start: lines, and entries without one. */
  lines: number
  unrecorded: number
  failing: TrailState['failing']
  replaced: TrailState['replaced']
}>

export function shownAudit({ trail, onFailure }: Auditing): AuditShown {
  const { folder, head, lines, unrecorded, failing, replaced } = trail.state()
  return { folder, onFailure, head, lines, unrecorded, failing, replaced }
}
