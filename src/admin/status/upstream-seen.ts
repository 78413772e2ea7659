import diagnostics from 'node:diagnostics_channel'

/** A look at the clock a minute is enough, and costs a request nothing. */
const everyMs = 60_000

export type UpstreamSeen = {
  /** When CATAPA has last answered, API or token endpoint, on the wall clock. */
  answeredAt(): number | undefined
  /** The clock of CATAPA minus ours. */
  clockSkewMs(): number | undefined
  stop(): void
}

/**
 * What answers of these origins tell by the way: undici announces the head of each. So neither the data listener nor
 * the token request has to know of it.
 */
export function watchUpstream(origins: readonly string[]): UpstreamSeen {
  let answeredAt: number | undefined
  let clockSkewMs: number | undefined
  let lookAt = 0

  const onHead = (message: unknown) => {
    const { request, response } = message as { request?: { origin?: unknown }; response?: { headers?: unknown } }
    if (!origins.includes(String(request?.origin))) return
    const now = Date.now()
    answeredAt = now
    if (now < lookAt && now > lookAt - 2 * everyMs) return // Our own clock may have been set.
    const date = dateIn(response?.headers)
    if (date === undefined) return
    clockSkewMs = date - now
    lookAt = now + everyMs
  }

  diagnostics.subscribe('undici:request:headers', onHead)
  return {
    answeredAt: () => answeredAt,
    clockSkewMs: () => clockSkewMs,
    stop: () => diagnostics.unsubscribe('undici:request:headers', onHead),
  }
}

/** The middle of the second that `Date` names (RFC 9110 §6.6.1). */
function dateIn(rawHeaders: unknown): number | undefined {
  if (!Array.isArray(rawHeaders)) return undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (String(rawHeaders[i]).toLowerCase() !== 'date') continue
    const at = Date.parse(String(rawHeaders[i + 1]))
    return Number.isNaN(at) ? undefined : at + 500
  }
  return undefined
}
