import type { WaitsFor } from '../../forwarding/turns/share.ts'
import type { ShareShown } from '../../forwarding/turns/shown-shares.ts'
import { clockTime, count, plural, sum } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import { named } from './call-words.ts'
import type { Fact } from './facts.ts'

/** Texts about waiting callers (design/promises 10.6). The browser loads this module, so it imports only units. */

type Shares = Facts['shares']

/** Whether a call waits, or CATAPA has asked for a pause. */
export function somebodyWaits({ waiting, hold }: Shares): boolean {
  return hold !== null || waiting.some((share) => share.waiting > 0)
}

/** The waiting shares, the longest queue first, and the shares with places, which they wait for. */
export function waitingShares({ waiting }: Shares): ShareShown[] {
  return waiting
    .filter((share) => share.waiting > 0 || share.inFlight > 0)
    .toSorted((a, b) => b.waiting - a.waiting || b.inFlight - a.inFlight)
}

/** The name of a share; callers without a name are known by the address that they call. */
export function shareName({ share, by }: ShareShown): string {
  return by === 'name' ? share : `callers without a name, at ${share}`
}

const reasons: Readonly<Record<Exclude<WaitsFor, 'places'>, string>> = {
  rate: 'it has made as many calls in this second as its section of the callers file allows',
  'max-in-flight': 'it has as many calls under way as its section of the callers file allows',
  hold: 'CATAPA has asked for a pause',
}

/** The reason that a share waits. */
export function whyItWaits({ why }: ShareShown, { places }: Shares): string {
  if (why === null) return 'it does not wait'
  if (why !== 'places') return reasons[why]
  return places.limit < places.of
    ? `as many calls are under way as CATAPA takes at present (${count(places.limit)}); callers take turns`
    : `all ${plural(places.of, 'connection')} to CATAPA are in use; callers take turns`
}

/** The text above the table. The end of a pause is a time of day: a screen reader would read a countdown out each second. */
export function sharesSummary({ waiting, hold, places }: Shares): string {
  const waits = sum(waiting.map((share) => share.waiting))
  const pause = hold === null ? '' : `${pauseWords(hold)} `
  const now =
    waits === 0
      ? 'No call waits.'
      : `${plural(waits, 'call')} ${waits === 1 ? 'waits' : 'wait'}; there is nothing to do.`
  return `${pause}${now} Under way at CATAPA: ${count(places.inUse)}, of at most ${count(places.limit)} at a time.`
}

/** Also used in the headline. */
export function pauseWords({ since, until, status }: NonNullable<Shares['hold']>): string {
  const asked = status === 429 ? 'said "too many requests" (429)' : `said that it is busy (${status})`
  return `CATAPA ${asked} at ${clockTime(Date.parse(since))} and asked for a pause until ${clockTime(Date.parse(until))}. Nothing is sent until then, for any caller.`
}

/** The caller with most of the last calls that CATAPA got. Undefined if it got none. */
export function sendsMost(recent: Facts['recent']): string | undefined {
  const calls = new Map<string, number>()
  for (const call of recent) {
    if (call.upstreamMs !== undefined) calls.set(nameOf(call), (calls.get(nameOf(call)) ?? 0) + 1)
  }
  const [most] = [...calls].sort(([, a], [, b]) => b - a)
  if (most === undefined) return undefined
  const [name, times] = most
  const all = sum([...calls.values()])
  const of =
    all === 1 ? 'The last call that CATAPA got' : `Of the last ${count(all)} calls that CATAPA got, ${count(times)}`
  return `${of} came from ${name}.`
}

function nameOf({ caller, address, program }: Facts['recent'][number]): string {
  if (address !== undefined) return named(caller)
  return program === undefined ? caller : `${program} at ${caller}`
}

/** The table, for terminals. */
export function shareFacts(shares: Shares): Fact[] {
  return waitingShares(shares).map((share) => {
    const { waiting, inFlight } = share
    const why = waiting === 0 ? '' : `. Why: ${whyItWaits(share, shares)}`
    return { label: shareName(share), value: `${count(waiting)} waiting, ${count(inFlight)} under way${why}.` }
  })
}
