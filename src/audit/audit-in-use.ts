import type { Config } from '../settings/config.ts'
import type { ChainHead, Trail, TrailState } from './audit-line.ts'

/** The trail of a sidecar, and what is recorded in it beside what the lines say by themselves. */
export type Auditing = Readonly<{
  trail: Trail
  /** What is refused while the trail cannot be written (design/promises 9.9). */
  onFailure: Config['auditOnFailure']
  /** The keyed digest of a raw path, or of something else; undefined without SIDECAR_AUDIT_KEY_FILE. */
  digest: ((text: string) => string) | undefined
}>

/** How it stands with the trail, for log, metrics, status and page. Instants are on the wall clock. */
export type AuditShown = Readonly<{
  folder: string
  onFailure: Config['auditOnFailure']
  head: ChainHead
  /** Since the start: lines, and what has none. */
  lines: number
  unrecorded: number
  failing: TrailState['failing']
  replaced: TrailState['replaced']
}>

export function shownAudit({ trail, onFailure }: Auditing): AuditShown {
  const { folder, head, lines, unrecorded, failing, replaced } = trail.state()
  return { folder, onFailure, head, lines, unrecorded, failing, replaced }
}
