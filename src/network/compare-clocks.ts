import type { SecureContext } from 'node:tls'
import type { Config } from '../settings/config.ts'
import { connectionPool } from './connection.ts'

/** How far this machine's clock is ahead of CATAPA's, negative where it is behind; or why that is not known. */
export type ClockComparison = { aheadMs: number } | { unknown: 'no_date' } | { unknown: 'no_answer'; error: unknown }

const mostSkewMs = 60_000

/** Whether a clock is so far off that tokens and codes can be refused for it. */
export function isOff(aheadMs: number): boolean {
  return Math.abs(aheadMs) > mostSkewMs
}

/** Compares this machine's clock with the `Date` of any answer of CATAPA (RFC 9110 §6.6.1). */
export async function compareClocks(
  { baseUrl, connectTimeoutMs, proxy }: Config,
  secureContext: SecureContext,
): Promise<ClockComparison> {
  const pool = connectionPool(baseUrl, { secureContext, proxy: proxy.base, connectTimeoutMs, connections: 1 })
  try {
    const sentAt = Date.now()
    const { headers, body } = await pool.request({
      method: 'HEAD',
      path: '/',
      headers: { Via: '1.1 catapa-sidecar' },
      signal: AbortSignal.timeout(connectTimeoutMs),
    })
    const receivedAt = Date.now()
    await body.dump()
    const date = Date.parse([headers.date].flat()[0] ?? '')
    if (Number.isNaN(date)) return { unknown: 'no_date' }
    const ageMs = Number([headers.age].flat()[0] ?? 0) * 1000 || 0
    return { aheadMs: (sentAt + receivedAt) / 2 - (date + ageMs + 500) } // A Date has whole seconds.
  } catch (error) {
    return { unknown: 'no_answer', error }
  } finally {
    await pool.destroy()
  }
}
