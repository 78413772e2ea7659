/** How many programs call at once. */
export const callerCount = 30

/** What a caller knows of one write. */
export type Written = { ok: boolean; reached: 'no' | 'maybe' }

/** What all callers have seen. */
export type Ledger = {
  requests: number
  mixed: number
  slowestMs: number
  /** When the token endpoint was made to fail. */
  injectedAt: number[]
  revokedAt: number[]
  writes: Map<string, Written>
  unavoidable: Map<string, number>
  unexpected: Map<string, number>
}

export function newLedger(): Ledger {
  return {
    requests: 0,
    mixed: 0,
    slowestMs: 0,
    injectedAt: [],
    revokedAt: [],
    writes: new Map(),
    unavoidable: new Map(),
    unexpected: new Map(),
  }
}

/**
 * Counts one answer. Unavoidable is only: a write whose connection to CATAPA was reset, which nobody may repeat, and a
 * 401 to a body that was streamed while its token was revoked, or ran out after a renewal that was made to fail.
 */
export function record(
  ledger: Ledger,
  method: string,
  status: number,
  problem: string | string[] | undefined,
  startedAt: number,
  streamed: boolean,
): void {
  const now = performance.now()
  ledger.requests += 1
  ledger.slowestMs = Math.max(ledger.slowestMs, now - startedAt)
  if (status === 200) return
  const cause = `${method} ${status === 0 ? 'connection lost' : status}${problem === undefined ? '' : ` ${problem}`}`
  const resetWrite = method !== 'GET' && problem === 'upstream_closed'
  const revokedUnderWay = ledger.revokedAt.some((at) => at >= startedAt - 100 && at <= now)
  const renewalFailed = ledger.injectedAt.some((at) => at >= startedAt - 2500 && at <= now)
  const revoked = streamed && (revokedUnderWay || renewalFailed) && (status === 401 || problem === 'token_unavailable')
  // Two resets in a row can hit both attempts of a GET.
  const resetTwice = method === 'GET' && problem === 'upstream_closed'
  const counts = resetWrite || revoked || resetTwice ? ledger.unavoidable : ledger.unexpected
  counts.set(cause, (counts.get(cause) ?? 0) + 1)
}
