import type { WaitsFor } from '../../forwarding/turns/share.ts'
import type { ShareShown } from '../../forwarding/turns/shown-shares.ts'
import { words } from '../../words/language.ts'
import { clockTime, count, plural, sum } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'
import { named } from './call-words.ts'
import type { Fact } from './facts.ts'

/** Texts about waiting callers (design/promises 10.6). The browser loads this module, so it imports only units. */

type Shares = Facts['shares']
type Pause = NonNullable<Shares['hold']>

export const shareWords = words('shareWords', {
  nameless: (address: string) => `callers without a name, at ${address}`,
  why: {
    rate: 'it has made as many calls in this second as its section of the callers file allows',
    'max-in-flight': 'it has as many calls under way as its section of the callers file allows',
    hold: 'CATAPA has asked for a pause',
  } satisfies Record<Exclude<WaitsFor, 'places'>, string>,
  doesNotWait: 'it does not wait',
  fewPlaces: (limit: string) => `as many calls are under way as CATAPA takes at present (${limit}); callers take turns`,
  noPlace: (connections: number) => `all ${plural(connections, 'connection')} to CATAPA are in use; callers take turns`,
  summary: (waits: number, inUse: string, limit: string) =>
    `${waits === 0 ? 'No call waits.' : `${plural(waits, 'call')} ${waits === 1 ? 'waits' : 'wait'}; there is nothing to do.`} Under way at CATAPA: ${inUse}, of at most ${limit} at a time.`,
  /** Also used in the headline. */
  pause: (status: Pause['status'], since: string, until: string) =>
    `CATAPA ${status === 429 ? 'said "too many requests" (429)' : `said that it is busy (${status})`} at ${since} and asked for a pause until ${until}. Nothing is sent until then, for any caller.`,
  most: (name: string, times: number, all: number) =>
    `${all === 1 ? 'The last call that CATAPA got' : `Of the last ${count(all)} calls that CATAPA got, ${count(times)}`} came from ${name}.`,
  programAt: (program: string, address: string) => `${program} at ${address}`,
  row: (waiting: string, inFlight: string, why: string | undefined) =>
    `${waiting} waiting, ${inFlight} under way${why === undefined ? '' : `. Why: ${why}`}.`,
})

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
  return by === 'name' ? share : shareWords().nameless(share)
}

/** The reason that a share waits. */
export function whyItWaits({ why }: ShareShown, { places }: Shares): string {
  const say = shareWords()
  if (why === null) return say.doesNotWait
  if (why !== 'places') return say.why[why]
  return places.limit < places.of ? say.fewPlaces(count(places.limit)) : say.noPlace(places.of)
}

/** The text above the table. The end of a pause is a time of day: a screen reader would read a countdown out each second. */
export function sharesSummary({ waiting, hold, places }: Shares): string {
  const waits = sum(waiting.map((share) => share.waiting))
  const pause = hold === null ? '' : `${pauseWords(hold)} `
  return `${pause}${shareWords().summary(waits, count(places.inUse), count(places.limit))}`
}

/** Also used in the headline. */
export function pauseWords({ since, until, status }: Pause): string {
  return shareWords().pause(status, clockTime(Date.parse(since)), clockTime(Date.parse(until)))
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
  return shareWords().most(name, times, sum([...calls.values()]))
}

function nameOf({ caller, address, program }: Facts['recent'][number]): string {
  if (address !== undefined) return named(caller)
  return program === undefined ? caller : shareWords().programAt(program, caller)
}

/** The table, for terminals. */
export function shareFacts(shares: Shares): Fact[] {
  return waitingShares(shares).map((share) => {
    const { waiting, inFlight } = share
    const why = waiting === 0 ? undefined : whyItWaits(share, shares)
    return { label: shareName(share), value: shareWords().row(count(waiting), count(inFlight), why) }
  })
}
