/** What is counted of a simulation or of real processes. */
export type Tally = Readonly<{
  /** In each second. */
  tokenRequests: Uint32Array
  /** Calls that their caller saw fail, in each minute: a 401, or a 503 of the sidecar. */
  refused: Uint32Array
  /** Calls that met a 401, in each minute: repeated with another token where that was to be had. */
  met401: Uint32Array
  total: { calls: number }
}>

export function emptyTally(durationMs: number): Tally {
  const seconds = Math.ceil(durationMs / 1000) + 1
  const minutes = Math.ceil(durationMs / 60_000) + 1
  return {
    tokenRequests: new Uint32Array(seconds),
    refused: new Uint32Array(minutes),
    met401: new Uint32Array(minutes),
    total: { calls: 0 },
  }
}

/** One more at a moment in milliseconds. */
export function count(counts: Uint32Array, at: number, perMs: number): void {
  const index = Math.floor(at / perMs)
  counts[index] = (counts[index] ?? 0) + 1
}

/** The part from one moment to another, in the unit of the counts. */
export const sum = (counts: Uint32Array, from = 0, to = counts.length): number =>
  counts.subarray(from, to).reduce((total, each) => total + each, 0)

export const peak = (counts: Uint32Array, from = 0, to = counts.length): number =>
  counts.subarray(from, to).reduce((most, each) => Math.max(most, each), 0)
