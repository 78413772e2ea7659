import type { Target, Timing } from './commands.ts'
import type { Kind } from './requests.ts'

export type Tally = { add(answer: { status: number; length: number }, tookMs: number): void; result(): Timing }

/** Counts the answers of a kind, at most `count`. */
export function startTally({ name }: Target, { answerBytes, status: wanted, orElse }: Kind, count: number): Tally {
  const statuses: Record<string, number> = {}
  const times = new Float64Array(count)
  let counted = 0
  return {
    add({ status, length }, tookMs) {
      const right = wanted === undefined ? status === 200 || status === 204 : status === wanted
      const wrong = status === orElse ? 'or else' : `${status} with ${length} bytes`
      const answer = right && length === answerBytes ? 'right' : wrong
      statuses[answer] = (statuses[answer] ?? 0) + 1
      times[counted++] = tookMs
    },
    result() {
      const sorted = times.slice(0, counted).sort()
      const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
      return { name, statuses, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
    },
  }
}

/** A fast answer that is not the right one is worth nothing; one in ten may be what its kind allows besides. */
export function checked<Result extends Timing>(result: Result): Result {
  const { right = 0, 'or else': others = 0, ...more } = result.statuses
  const wrong = Object.entries(others > right / 9 ? { ...more, other: others } : more)
  if (wrong.length > 0) {
    throw new Error(`${result.name} answered ${wrong.map(([status, n]) => `${n} × ${status}`).join(', ')}`)
  }
  return result
}
