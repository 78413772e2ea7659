import type { Faults } from './faults.ts'
import type { SandboxAnswer } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

type Quota = NonNullable<Faults['quota']>

/** Takes one request of the quota, if there is one left. */
export function takesOne(state: SandboxState, quota: Quota, now: number): boolean {
  const most = quota.burst ?? quota.perSecond * Math.max(1, Number(quota.retryAfter) || 0)
  const { left, at } = state.bucket ?? { left: most, at: now }
  const here = Math.min(most, left + ((now - at) * quota.perSecond) / 1000)
  state.bucket = { left: here < 1 ? here : here - 1, at: now }
  return here >= 1
}

/** A 429 or 503 with `Retry-After`, in seconds or as a date, is about to leave (RFC 9110 §10.2.3). */
export function pauseStated(state: SandboxState, { status, headers }: SandboxAnswer, now: number): void {
  const stated = headers?.['Retry-After']
  if (stated === undefined || (status !== 429 && status !== 503)) return
  const ms = /^\d/.test(stated) ? Number(stated) * 1000 : Date.parse(stated) - Date.now()
  if (!(ms >= 0)) return
  const { from, until } = state.pause
  state.pause = { from: now < until ? from : now, until: Math.max(until, now + ms) }
  state.stats.statedPauses += 1
}

/** A request of the API has come. */
export function countIfPaused({ pause, stats }: SandboxState, now: number): void {
  if (now >= pause.until) return
  stats.requestsInPause += 1
  stats.latestInPauseMs = Math.max(stats.latestInPauseMs, Math.round(now - pause.from))
}
