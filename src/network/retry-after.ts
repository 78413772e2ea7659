/** A token endpoint is not believed that wants to be left alone for longer (design/promises 4.8). */
export const longestRetryAfterMs = 300_000

/**
 * The time of a `Retry-After`, in ms (RFC 9110 §10.2.3): seconds, or a date, which is compared with the `Date` of the same answer,
 * since our clock may differ. Undefined for anything else (design/promises 10.4).
 *
 * @param wall our own time in ms, for an answer without a `Date`
 */
export function retryAfterMs(value: string, date: string | null | undefined, wall: number): number | undefined {
  const text = value.trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const until = / GMT$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(until)) return undefined
  const theirs = Date.parse(date ?? '')
  return Math.max(0, until - (Number.isNaN(theirs) ? wall : theirs))
}

/** The pause that an answer of CATAPA asks for, in ms; undefined where it asks for none. The longest of several counts. */
export function statedPauseMs(rawHeaders: readonly Buffer[], wall: number): number | undefined {
  const values = valuesOf(rawHeaders, 'retry-after')
  if (values.length === 0) return undefined
  const [date] = valuesOf(rawHeaders, 'date')
  const longest = Math.max(...values.map((value) => retryAfterMs(value, date, wall) ?? 0))
  return longest > 0 ? longest : undefined
}

function valuesOf(rawHeaders: readonly Buffer[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length !== name.length) continue
    if (rawHeaders[i]?.toString('latin1').toLowerCase() === name) values.push(`${rawHeaders[i + 1]}`.trim())
  }
  return values
}
