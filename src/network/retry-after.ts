/**
 * The pause that an answer of CATAPA asks for with `Retry-After` (RFC 9110 §10.2.3), in ms: seconds, or a date, which is
 * compared with the `Date` of the same answer, since our clock may be another one. Undefined where none is stated: nothing
 * is invented then (design/promises 10.4). Of several the longest counts.
 */
export function statedPauseMs(rawHeaders: readonly Buffer[], wall: number): number | undefined {
  const states = valuesOf(rawHeaders, 'retry-after')
  if (states.length === 0) return undefined
  const [date = ''] = valuesOf(rawHeaders, 'date')
  const theirs = Date.parse(date)
  const longest = Math.max(...states.map((value) => pauseMs(value, Number.isNaN(theirs) ? wall : theirs)))
  return longest > 0 ? longest : undefined
}

function pauseMs(value: string, wall: number): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const until = / GMT$/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(until) ? 0 : until - wall
}

function valuesOf(rawHeaders: readonly Buffer[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length !== name.length) continue
    if (rawHeaders[i]?.toString('latin1').toLowerCase() === name) values.push(`${rawHeaders[i + 1]}`.trim())
  }
  return values
}
