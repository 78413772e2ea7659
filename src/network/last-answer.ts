/** How often the clocks are compared. */
const everyMs = 60_000

/** Takes the head of each answer of CATAPA: names and values in turn. */
export type Heard = (rawHeaders: readonly (Buffer | string)[]) => void

export type UpstreamSeen = ReturnType<typeof upstreamSeen>

/**
 * Remembers when CATAPA answered, and how its clock differs from ours. Each reader of an answer calls `heard`: undici's channel
 * would announce the answers of the whole process, without types, at the cost of two objects each.
 */
export function upstreamSeen() {
  let answeredAt: number | undefined
  let clockSkewMs: number | undefined
  let lookAt = 0

  return {
    heard(rawHeaders: Parameters<Heard>[0]): void {
      const now = Date.now()
      answeredAt = now
      if (now < lookAt && now > lookAt - 2 * everyMs) return // Our own clock may have been set.
      const date = dateIn(rawHeaders)
      if (date === undefined) return
      clockSkewMs = date - now
      lookAt = now + everyMs
    },
    /** When CATAPA last answered, API or token endpoint, on the wall clock. */
    answeredAt: () => answeredAt,
    /** The clock of CATAPA minus ours. */
    clockSkewMs: () => clockSkewMs,
  }
}

/** The middle of the second that `Date` names (RFC 9110 §6.6.1). */
function dateIn(rawHeaders: readonly (Buffer | string)[]): number | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (String(rawHeaders[i]).toLowerCase() !== 'date') continue
    const at = Date.parse(String(rawHeaders[i + 1]))
    return Number.isNaN(at) ? undefined : at + 500
  }
  return undefined
}
