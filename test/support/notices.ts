// Messages for the tests of receivers.
import type { Item, Message } from '../../src/notices/message.ts'

export const at = Date.UTC(2026, 11, 1, 9, 30)
const minute = 60_000

export function item(more: Partial<Item> = {}): Item {
  return {
    state: 'unreachable',
    event: 'began',
    condition: 'bad',
    what: 'CATAPA cannot be reached: it refused the connection.',
    next: 'Check the network; the sidecar keeps trying.',
    since: at - 2 * minute,
    tookMs: undefined,
    ...more,
  }
}

export function message(items: readonly Item[] = [item()], more: Partial<Message> = {}): Message {
  return {
    items,
    more: undefined,
    instance: 'acme on payroll-1, /etc/catapa-sidecar/settings.env',
    page: 'http://localhost:8229/',
    at,
    ...more,
  }
}

/** A state that is over, one that lasts, and the last message of a day. */
export const several = message(
  [
    item({ event: 'lasts', since: at - 380 * minute }),
    item({
      state: 'audit',
      event: 'over',
      condition: 'warning',
      what: 'The trail can be written.',
      next: undefined,
      tookMs: 12 * minute,
    }),
  ],
  { more: 'More follows tomorrow.' },
)

/** As `moment` of words.ts writes it, by other means. */
export function when(time: number): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  const month = date.toLocaleString('en-GB', { month: 'long' })
  const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value
  return `${date.getDate()} ${month} ${date.getFullYear()} at ${two(date.getHours())}:${two(date.getMinutes())} ${zone}`
}

/** The lines of `message()`. */
export const plainLines = [
  'CATAPA cannot be reached: it refused the connection.',
  `Since ${when(at - 2 * minute)}.`,
  'Check the network; the sidecar keeps trying.',
  '',
  'acme on payroll-1, /etc/catapa-sidecar/settings.env',
  'Status page: http://localhost:8229/',
]

export const severalLines = [
  'Still, after 6 h 20 min: CATAPA cannot be reached: it refused the connection.',
  `Since ${when(at - 380 * minute)}.`,
  'Check the network; the sidecar keeps trying.',
  '',
  'Over after 12 min: The trail can be written.',
  `It began on ${when(at - 2 * minute)}.`,
  '',
  'More follows tomorrow.',
  ...plainLines.slice(4),
]

/** What some receiver would format, or tell somebody of. */
export const hostile =
  '<!channel> @here <@U1> *bold* _it_ ~no~ `x` [link](http://x) <a href="http://x">y</a> <users/all> &amp; \\ # # @name #tag $USD {{DATE(2026-12-01T00:00:00Z)}}'
