import { setTimeout as sleep } from 'node:timers/promises'
import { poll } from '../files/poll.ts'
import { type SignWay, sendSigns, signTimeoutMs } from './send-signs.ts'

export type HeartbeatOptions = SignWay &
  Readonly<{
    /** `starting`: it is not known yet. */
    readiness: () => Readonly<{ ready: boolean; reason: string; starting: boolean }>
    /** Tests only. */
    everyMs?: number | undefined
    lookMs?: number | undefined
  }>

/** healthchecks.io may leave out what exceeds 5 a minute (https://healthchecks.io/docs/http_api/). */
const mostInOneInterval = 5

/**
 * The heartbeat of a sidecar: a sign each 60 s, and at once when it has become ready or unready, one at a time. While it begins
 * and after `stop` there is none. One that is ready for moments only sends no more than 5 in 60 s.
 */
export function startHeartbeat(
  url: URL,
  { readiness, everyMs = 60_000, lookMs = 1000, ...way }: HeartbeatOptions,
): { stop(): Promise<void> } {
  const signs = sendSigns(url, way)
  let sent: Readonly<{ ready: boolean; at: number }>[] = []

  async function look(): Promise<void> {
    const { ready, reason, starting } = readiness()
    if (starting) return
    const at = performance.now()
    const last = sent.at(-1)
    // By half a look earlier, so that looks that come late do not add up.
    if (last !== undefined && last.ready === ready && at - last.at < everyMs - lookMs / 2) return
    const recent = sent.filter((sign) => at - sign.at < everyMs - lookMs / 2)
    if (recent.length >= mostInOneInterval) return
    sent = [...recent, { ready, at }]
    await signs.send(ready ? { is: 'ready' } : { is: 'not_ready', reason }, signTimeoutMs)
  }

  const looking = poll(look, lookMs)
  looking.now()
  return {
    stop(): Promise<void> {
      looking.stop()
      return signs.giveUp()
    },
  }
}

export type JobHeartbeat = Readonly<{
  /** Tells how it ended. Resolves within 10 s, never rejects. `reason`: why the job was not started. */
  ended(status: number, reason?: string): Promise<void>
}>

/** The heartbeat of one job: tells at once that it starts, and then how it ended. Nothing waits for the first. */
export function jobHeartbeat(url: URL, way: SignWay): JobHeartbeat {
  const signs = sendSigns(url, way)
  const started = signs.send({ is: 'started' }, signTimeoutMs)
  return {
    async ended(status, reason) {
      const endedAt = performance.now()
      // In order, or a start that comes late would count as the next run; but the end has half of the time for itself.
      await Promise.race([started, sleep(signTimeoutMs / 2, undefined, { ref: false })])
      await signs.giveUp()
      const leftMs = signTimeoutMs - (performance.now() - endedAt)
      await signs.send({ is: 'ended', status, reason }, Math.max(1, Math.round(leftMs)))
    },
  }
}
