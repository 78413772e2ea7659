import type { WireTime } from './wire-times.ts'

/** One request of a caller, from its own sending to its answer. Instants are milliseconds since the machine started. */
export type Entry = {
  id: string
  caller: string
  method: 'GET' | 'POST'
  sentAt: number
  answeredAt: number
  /** 0: no answer. */
  status: number
  /** The code of the sidecar's own error. */
  problem: string | undefined
  /** What the caller was told, in seconds. */
  retryAfter: number | undefined
  /** Each time that the sidecar sent it. */
  attempts: Attempt[]
  /** When it came to the upstream. */
  arrivals: number[]
}

export type Attempt = { sentAt: number; read?: { at: number; status: number; retryAfter: string | undefined } }

/** From when the sidecar had read that nothing is to be sent, until when. */
export type Pause = { from: number; until: number }

/** Puts what the sidecar's own HTTP client told to the requests of the callers. */
export function joined(entries: Map<string, Entry>, times: WireTime[]): Entry[] {
  for (const time of times) {
    const entry = entries.get(time.id)
    if (entry === undefined) continue
    const last = entry.attempts.at(-1)
    if (time.what === 'sent') entry.attempts.push({ sentAt: time.at })
    else if (last !== undefined) last.read = { at: time.at, status: time.status, retryAfter: time.retryAfter }
  }
  return [...entries.values()].sort((a, b) => a.sentAt - b.sentAt)
}

/** Each answer that stated a pause, in their order. */
export function statedBy(entries: Entry[]): Pause[] {
  return entries
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ read }) => {
      const ms = Number(read?.retryAfter) * 1000
      return read !== undefined && [429, 503].includes(read.status) && ms > 0
        ? [{ from: read.at, until: read.at + ms }]
        : []
    })
    .sort((a, b) => a.from - b.from)
}

/** The pauses that were stated, joined where they overlap, in their order. */
export function pausesOf(entries: Entry[]): Pause[] {
  const pauses: Pause[] = []
  for (const { from, until } of statedBy(entries)) {
    const last = pauses.at(-1)
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until)
    else pauses.push({ from, until })
  }
  return pauses
}

/** The value below which this share of them lies; NaN of none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
