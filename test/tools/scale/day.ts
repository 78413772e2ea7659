import type { FleetOptions } from './fleet.ts'
import { peak, sum, type Tally } from './tally.ts'
import type { ServerKind } from './token-server.ts'

export type Case = Readonly<{ kind: ServerKind; sidecars: number; shared: boolean }>

export const serverKinds: readonly ServerKind[] = ['side by side', 'same again', 'ends the old']
export const fleets = [1, 2, 100, 10_000] as const

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/**
 * The outage begins just before the first renewal, when all tokens are due: 3,270 to 3,300 s after the start, or 3,600 s
 * where the same token is handed back until it has expired.
 */
const outageFrom: Readonly<Record<ServerKind, number>> = {
  'side by side': 3260 * second,
  'ends the old': 3260 * second,
  'same again': 3590 * second,
}

const rotatedAt = 18 * hour

/** At 0:00 all start at once. After nearly an hour there are ten minutes without a token endpoint. At 18:00 the client gets a new secret. */
export function dayOf({ kind, sidecars, shared }: Case): FleetOptions {
  const from = outageFrom[kind]
  const outage = { from, to: from + 10 * minute, statedFrom: from + 5 * minute, retryAfterMs: minute }
  return {
    server: { kind, lifetimeMs: hour, tokenMs: 100, outage, rotatedAt },
    sidecars,
    shared,
    durationMs: 24 * hour,
    startsAt: () => 0,
    callsFrom: (id) => (id * 7919) % (5 * minute),
    callEveryMs: 5 * minute,
    apiMs: 80,
    settings: { refreshMarginMs: 300 * second, tokenWaitMs: 15 * second, idleCheckMs: 6 * hour, useNotedMs: minute },
    seed: 20_261_127,
  }
}

const parts = ['cold start', 'steady', 'outage', 'new secret'] as const
export type Part = (typeof parts)[number]

export type Summary = Readonly<{
  calls: number
  /** Calls that met a 401, repeated or not. */
  met401: number
  tokenRequests: Readonly<Record<Part, number>>
  /** Most token requests in a second. */
  peak: Readonly<Record<Part, number>>
  refused: Readonly<Record<Part, number>>
}>

/** What was counted, by what went on: the first ten minutes, the outage and ten minutes after it, ten of a new secret, the rest. */
export function summary(tally: Tally, kind: ServerKind): Summary {
  const outage = Math.floor(outageFrom[kind] / minute)
  const rotated = rotatedAt / minute
  const end = tally.refused.length
  const spans: Readonly<Record<Part, readonly (readonly [from: number, to: number])[]>> = {
    'cold start': [[0, 10]],
    steady: [
      [10, outage],
      [outage + 20, rotated],
      [rotated + 10, end],
    ],
    outage: [[outage, outage + 20]],
    'new secret': [[rotated, rotated + 10]],
  }
  const each = (measured: (from: number, to: number) => number, together: (values: number[]) => number) => {
    const of = (part: Part) => together(spans[part].map(([from, to]) => measured(from, to)))
    return {
      'cold start': of('cold start'),
      steady: of('steady'),
      outage: of('outage'),
      'new secret': of('new secret'),
    }
  }
  const total = (values: number[]) => values.reduce((one, other) => one + other, 0)
  const most = (values: number[]) => Math.max(...values)
  return {
    calls: tally.total.calls,
    met401: sum(tally.met401),
    tokenRequests: each((from, to) => sum(tally.tokenRequests, from * 60, to * 60), total),
    peak: each((from, to) => peak(tally.tokenRequests, from * 60, to * 60), most),
    refused: each((from, to) => sum(tally.refused, from, to), total),
  }
}
