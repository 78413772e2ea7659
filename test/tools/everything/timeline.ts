/** What the tool has made go wrong, for all of a sidecar. What it did to one request alone is noted with that request. */
export type Trouble =
  | 'killed' // Until it runs again.
  | 'ending' // From TERM until it runs again, or for good.
  | 'disk full'
  | 'token endpoint'
  | 'tokens ended' // All at once, or each by its successor.
  | 'store'
  | 'clock'
  | 'secret'
  | 'callers file'
  | 'pause' // Asked for by CATAPA.
  | 'certificate'

type Window = { trouble: Trouble; sidecar: number | undefined; from: number; until: number }

export type Timeline = Readonly<{
  /** Begins a trouble, of one sidecar or of both; the function that is given ends it. */
  began(trouble: Trouble, sidecar?: number): () => void
  /** A trouble that is over at a known instant (performance.now). */
  lasts(trouble: Trouble, forMs: number, sidecar?: number): void
  /** Whether there was one between these instants, or so many ms before. */
  was(trouble: Trouble, sidecar: number, from: number, until: number, graceMs: number): boolean
  /** How many of them there were. */
  times(trouble: Trouble, sidecar: number, from: number, until: number): number
  /** How often each was caused. */
  counts: ReadonlyMap<Trouble, number>
}>

export function newTimeline(): Timeline {
  let windows: Window[] = []
  const counts = new Map<Trouble, number>()

  function add(trouble: Trouble, sidecar: number | undefined, until: number): Window {
    const from = performance.now()
    windows = windows.filter((one) => one.until > from - 300_000)
    const window = { trouble, sidecar, from, until }
    windows.push(window)
    counts.set(trouble, (counts.get(trouble) ?? 0) + 1)
    return window
  }

  const between = (trouble: Trouble, sidecar: number, from: number, until: number) =>
    windows.filter(
      (one) =>
        one.trouble === trouble &&
        (one.sidecar === undefined || one.sidecar === sidecar) &&
        one.from <= until &&
        one.until >= from,
    )

  return {
    counts,
    began(trouble, sidecar) {
      const window = add(trouble, sidecar, Number.POSITIVE_INFINITY)
      return () => {
        window.until = performance.now()
      }
    },
    lasts: (trouble, forMs, sidecar) => void add(trouble, sidecar, performance.now() + forMs),
    was: (trouble, sidecar, from, until, graceMs) => between(trouble, sidecar, from - graceMs, until).length > 0,
    times: (trouble, sidecar, from, until) => between(trouble, sidecar, from, until).length,
  }
}
