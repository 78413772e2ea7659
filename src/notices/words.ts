// All that notices say beside the words of the states: in one place, since it is to be said in another language too.
import { machineAdvice, putCa } from '../problems/phrases/table.ts'
import { becauseThere } from '../problems/phrases/transport-phrases.ts'
import { printable } from '../words/printable.ts'
import { duration } from '../words/units.ts'
import type { Item, Message } from './message.ts'
import type { SendFailure } from './send-failure.ts'

/** Longest texts, in characters: of a sentence about a state, and of the lines that stand at the end. */
const mostOfSentence = 800
const mostOfEnd = 300

/** Instance, address of the page, and the sentence about the limit: these stand below whatever is cut. */
export function endWords({ more, instance, page }: Message): string[] {
  return [more, instance, page && `Status page: ${page}`].flatMap((text) => (text ? [oneLine(text, mostOfEnd)] : []))
}

/** What, since when, what to do. */
export function itemWords(item: Item, at: number): string[] {
  const lines = [`${lead(item, at)}${item.what}`, sinceWords(item), item.next ?? '']
  return lines.filter((line) => line !== '').map((line) => oneLine(line, mostOfSentence))
}

/** The subject of a mail. */
export function subjectWords({ items, at }: Message): string {
  const [worst, ...others] = items
  if (worst === undefined) return 'catapa-sidecar'
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `catapa-sidecar: ${oneLine(`${lead(worst, at)}${worst.what}`, 150)}${more}`
}

/** One line of a terminal, a chat or a mail, whatever stands in it. */
export function oneLine(text: string, most: number): string {
  const clean = printable(text.slice(0, 4 * most).replace(/\s+/g, ' ')).replace(/\p{Cs}/gu, '?')
  const characters = [...clean.trim()]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

function lead({ event, since, tookMs }: Item, at: number): string {
  if (event === 'over') return tookMs === undefined ? 'Over: ' : `Over after ${roughly(tookMs)}: `
  return event === 'lasts' ? `Still, after ${roughly(at - since)}: ` : ''
}

function sinceWords({ event, since }: Item): string {
  return event === 'over' ? `It began on ${moment(since)}.` : `Since ${moment(since)}.`
}

/** `12 min`, `6 h 20 min`: no seconds from a minute on, and no unit that is 0. */
function roughly(ms: number): string {
  const whole = ms < 60_000 ? ms : Math.round(ms / 60_000) * 60_000
  return duration(whole).replace(/ 0 (s|h)$/, '')
}

const format = new Intl.DateTimeFormat('en-GB', {
  ...({ day: 'numeric', month: 'long', year: 'numeric' } as const),
  ...({ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const),
})

/** `1 December 2026 at 14:03 GMT+7`, in the time zone of this machine. */
function moment(at: number): string {
  return format.format(at)
}

/** About the limit of messages a day, on the last one before it. @param left what may still be told today */
export function leftWords(left: 'all' | 'at once' | 'none'): string | undefined {
  if (left === 'all') return undefined
  return left === 'none'
    ? 'And more may come: this was the last message of today (UTC). The status page says all.'
    : 'And more may come: until tomorrow (UTC) only refused credentials and writes of unknown outcome are told. The status page says all.'
}

/** The message of `notify test`. */
export function testMessage(of: Pick<Message, 'instance' | 'page' | 'at'>): Message {
  const what = 'This is a test of catapa-sidecar: nothing is wrong. What goes wrong is told here.'
  const item = { state: 'test', event: 'began', condition: 'warning', what, next: 'Nothing has to be done.' } as const
  return { ...of, items: [{ ...item, since: of.at, tookMs: undefined }], more: undefined }
}

/** Why a receiver did not take a message, and what to do. Nothing in it is of its URL, or a word of its own. */
export function failureWords(failure: SendFailure): Readonly<{ happened: string; next: string }> {
  switch (failure.is) {
    case 'lost':
      return {
        happened: `not reached: ${becauseThere(failure.facts)}`,
        next: machineAdvice(failure.facts.why) ?? (failure.facts.why === 'untrusted' ? ownCa() : way),
      }
    case 'refused':
      return { happened: `refused, ${failure.status}`, next: afterStatus(failure.status) }
    case 'mail_refused':
      return { happened: `refused, ${failure.code}`, next: afterReply(failure.code) }
    case 'no_starttls':
      return {
        happened: 'not sent: the mail server offers no STARTTLS, and the password would go unencrypted',
        next: 'Use smtps:// if it has TLS from the start. CATAPA_ALLOW_HTTP=true lets passwords go without TLS.',
      }
    case 'not_smtp':
      return {
        happened: 'not sent: what answers there is no mail server',
        next: 'Check host and port in SIDECAR_NOTIFY_URL.',
      }
    case 'stopped':
      return { happened: 'not sent: the sidecar is stopping', next: 'Nothing has to be done.' }
  }
}

const way = 'Check SIDECAR_NOTIFY_URL, and that this machine may connect there.'
const ownCa = () => `${putCa()} If the receiver has a CA of its own, put that there.`

function afterStatus(status: number): string {
  if (status === 429) return 'It has had too many messages of late: this passes.'
  if (status === 408 || status >= 500) return 'It is at fault, and this passes. If it stays, look at its own state.'
  if (status >= 300 && status < 400)
    return 'It answered with a redirect, which is not followed: set the URL of its end.'
  if ([401, 403, 404, 410].includes(status)) {
    return 'The URL is not, or no longer, good: make a new one there, and set it in SIDECAR_NOTIFY_URL.'
  }
  return 'Check SIDECAR_NOTIFY_URL: the URL may belong to another kind of receiver.'
}

/** RFC 5321 §4.2.3, RFC 4954 §6. */
function afterReply(code: number): string {
  if ([454, 530, 534, 535, 538].includes(code)) return 'Check the user and the password in SIDECAR_NOTIFY_URL.'
  if (code < 500) return 'This may pass. If it stays, look at the log of the mail server.'
  return 'Check the addresses of from and to in SIDECAR_NOTIFY_URL, and look at the log of the mail server.'
}
