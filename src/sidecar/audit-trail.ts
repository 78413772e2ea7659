import type { FastifyBaseLogger } from 'fastify'
import type { AuditEntry, Trail } from '../audit/audit-line.ts'

/** How often the head is logged. A head in the log shows later whether the end was cut off (design/promises 9.8). */
const headEveryMs = 5 * 60_000

/** The trail of a running sidecar. */
export type KeptTrail = {
  note(entry: AuditEntry): void
  /** Writes the last line, and the last head into the log. */
  stop(): Promise<void>
}

/** Begins a trail with a `start` line, logs its head, and ends it. Failures are told by the trail itself. */
export function keepTrail(trail: Trail, start: Omit<AuditEntry, 'event'>, log: FastifyBaseLogger): KeptTrail {
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
    stop() {
      stopped ??= end()
      return stopped
    },
  }
}
