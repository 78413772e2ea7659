import type { Registry } from 'prom-client'
import { type Auditing, shownAudit } from '../../audit/audit-in-use.ts'
import { plain } from './lazy-metric.ts'

/** Metrics of the audit trail (design/promises 9.12); `audit` is undefined without a trail. */
export function auditMetrics(registry: Registry, audit: Auditing | undefined): void {
  const state = () => audit && shownAudit(audit)
  plain(
    registry,
    'gauge',
    'audit_seq',
    'Number of the last line of the audit trail that is on disk; it never decreases. 0: no trail, or an empty one.',
    () => state()?.head.seq ?? 0,
  )
  plain(registry, 'counter', 'audit_lines_total', 'Lines of the audit trail written since the start.', () => {
    return state()?.lines ?? 0
  })
  plain(
    registry,
    'gauge',
    'audit_failing',
    '1 while the audit trail cannot be written, else 0; always 0 without one.',
    () => Number(state()?.failing !== undefined),
  )
  plain(
    registry,
    'counter',
    'audit_unrecorded_total',
    'Requests, ends of requests and events without a line in the audit trail because it could not be written; gap lines in the trail say the same.',
    () => state()?.unrecorded ?? 0,
  )
  plain(
    registry,
    'counter',
    'audit_replaced_total',
    'Times that another program replaced, shortened, added to or removed the audit trail file in use.',
    () => state()?.replaced?.times ?? 0,
  )
}
