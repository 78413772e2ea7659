import { everyoneElse } from '../../callers/caller.ts'
import type { ShareShown } from '../../forwarding/turns/shown-shares.ts'
import type { AdminSources } from '../admin-sources.ts'
import type { LazyMetrics } from './lazy-metric.ts'

/** `now`: on the wall clock. */
type SharesSources = Pick<AdminSources, 'shares' | 'callers'> & { now?: () => number }

/** Statuses that can ask for a pause; both are shown, so that an alert has something to compare. */
const pausing = [429, 503]

/** Metrics of places, shares and pauses (design/promises 10.6), computed at each scrape. */
export function sharesMetrics(
  { counted, plain }: LazyMetrics,
  { shares, callers, now = Date.now }: SharesSources,
): void {
  /** Names come from the callers file and from SIDECAR_LISTEN; a caller that has been removed from the file is `other`. */
  function labelOf({ share, by }: ShareShown): string {
    if (by === 'listener') return share
    const known = callers?.().file.sections.some(({ name }) => name === share) ?? false
    return known ? share : everyoneElse
  }
  const byShare = (count: (shown: ShareShown) => number) => () =>
    shares().waiting.map((shown) => ({ labels: { share: labelOf(shown) }, count: count(shown) }))
  counted(
    'share_requests_waiting',
    'Requests of each share that wait for a place. A share is a name of the callers file or, for callers without a name, a listener.',
    ['share'],
    byShare(({ waiting }) => waiting),
  )
  counted(
    'share_requests_in_flight',
    'Requests of each share that have a place, that is a connection to CATAPA.',
    ['share'],
    byShare(({ inFlight }) => inFlight),
  )
  plain('places_in_use', 'Places that are taken now.', () => shares().places.inUse)
  plain(
    'places_limit',
    'Places that may be taken now: fewer than configured after a 429, then one more with each round of answers without a 429.',
    () => shares().places.limit,
  )
  plain('places_configured', 'All places (SIDECAR_UPSTREAM_CONNECTIONS).', () => shares().places.of)
  counted(
    'pause_remaining_seconds',
    'Seconds until the end of the pause that CATAPA has asked for, by the status that asked for it; 0 while there is none.',
    ['status'],
    () => {
      const { hold } = shares()
      const left = hold === null ? 0 : Math.max(0, Date.parse(hold.until) - now()) / 1000
      return pausing.map((status) => ({
        labels: { status: String(status) },
        count: hold?.status === status ? left : 0,
      }))
    },
  )
  plain('pause_requests_waiting', 'Requests that wait for the end of the pause.', () => shares().hold?.waiting ?? 0)
  plain(
    'pauses_total',
    'Pauses that CATAPA has asked for, with Retry-After in a 429 or 503; extending a pause does not count as a new one.',
    () => shares().pauses.total,
  )
  plain('requests_held_total', 'Requests that have waited for the end of a pause.', () => shares().held.total)
  plain('pause_repeats_total', 'Requests that were resent after a pause.', () => shares().held.repeated)
  counted(
    'turned_away_total',
    'Requests that were answered with overloaded, by the reason of their wait: places; rate or max-in-flight of their caller; hold (the end of a pause); room (more than SIDECAR_MAX_WAITING would wait).',
    ['reason'],
    () => Object.entries(shares().turnedAway.by).map(([reason, count]) => ({ labels: { reason }, count })),
  )
}
