// All that notices say beside the words of the states.
import { machineAdvice, putCa } from '../problems/phrases/table.ts'
import { becauseThere } from '../problems/phrases/transport-phrases.ts'
import type { TransportFacts } from '../problems/transport.ts'
import { printable } from '../words/printable.ts'
import { duration } from '../words/units.ts'
import type { Item, Message } from './message.ts'
import { noticeWords } from './notice-words.ts'
import type { SendFailure } from './send-failure.ts'
import { sendWords } from './send-words.ts'

/** Longest texts, in characters: of a sentence about a state, and of the lines that stand at the end. */
const mostOfSentence = 800
const mostOfEnd = 300

/** Instance, address of the page, and the sentence about the limit: these stand below whatever is cut. */
export function endWords({ more, instance, page }: Message): string[] {
  return [more, instance, page && noticeWords().page(page)].flatMap((text) => (text ? [oneLine(text, mostOfEnd)] : []))
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
  const subject = `catapa-sidecar: ${oneLine(`${lead(worst, at)}${worst.what}`, 150)}`
  return others.length === 0 ? subject : noticeWords().more(subject, others.length)
}

/** One line of a terminal, a chat or a mail, whatever stands in it. */
export function oneLine(text: string, most: number): string {
  const clean = printable(text.slice(0, 4 * most).replace(/\s+/g, ' ')).replace(/\p{Cs}/gu, '?')
  const characters = [...clean.trim()]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

function lead({ event, since, tookMs }: Item, at: number): string {
  if (event === 'over') return noticeWords().over(tookMs === undefined ? undefined : roughly(tookMs))
  return event === 'lasts' ? noticeWords().still(roughly(at - since)) : ''
}

function sinceWords({ event, since }: Item): string {
  return event === 'over' ? noticeWords().began(moment(since)) : noticeWords().since(moment(since))
}

/** `12 min`, `6 h 20 min`: no seconds from a minute on, and no unit that is 0. */
function roughly(ms: number): string {
  const whole = ms < 60_000 ? ms : Math.round(ms / 60_000) * 60_000
  return duration(whole).replace(/ 0 \p{L}+$/u, '')
}

const day = { day: 'numeric', month: 'long', year: 'numeric' } as const
const clock = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const

/** `1 December 2026 at 14:03 GMT+7`, in the time zone of this machine; in every language with a colon. */
function moment(at: number): string {
  const { locale, dateAt } = noticeWords()
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at)
  const parts = new Intl.DateTimeFormat(locale, clock).formatToParts(at)
  const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  return dateAt(new Intl.DateTimeFormat(locale, day).format(at), time, zone)
}

/** About the limit of messages a day, on the last one before it. @param left what may still be told today */
export function leftWords(left: 'all' | 'at once' | 'none'): string | undefined {
  return left === 'all' ? undefined : noticeWords().left[left]
}

/** The message of `notify test`. */
export function testMessage(of: Pick<Message, 'instance' | 'page' | 'at'>): Message {
  const { test: what, nothingToDo: next } = noticeWords()
  const item = { state: 'test', event: 'began', condition: 'warning', what, next } as const
  return { ...of, items: [{ ...item, since: of.at, tookMs: undefined }], more: undefined }
}

/** Why a receiver did not take a message, and what to do. Nothing in it is of its URL, or a word of its own. */
export function failureWords(failure: SendFailure): Readonly<{ happened: string; next: string }> {
  const say = sendWords()
  switch (failure.is) {
    case 'lost':
      return { happened: say.notReached(becauseThere(failure.facts)), next: afterLoss(failure.facts.why) }
    case 'refused':
      return { happened: say.refused(failure.status), next: say.afterStatus[meaningOfStatus(failure.status)] }
    case 'mail_refused':
      return { happened: say.refused(failure.code), next: say.afterReply[meaningOfReply(failure.code)] }
    case 'no_starttls':
      return say.noStarttls
    case 'not_smtp':
      return say.notSmtp
    case 'stopped':
      return say.stopped
  }
}

function afterLoss(why: TransportFacts['why']): string {
  return machineAdvice(why) ?? (why === 'untrusted' ? sendWords().ownCa(putCa()) : sendWords().way)
}

function meaningOfStatus(status: number) {
  if (status === 429) return 'tooMany'
  if (status === 408 || status >= 500) return 'itsFault'
  if (status >= 300 && status < 400) return 'redirect'
  return [401, 403, 404, 410].includes(status) ? 'badUrl' : 'other'
}

/** RFC 5321 §4.2.3, RFC 4954 §6. */
function meaningOfReply(code: number) {
  if ([454, 530, 534, 535, 538].includes(code)) return 'login'
  return code < 500 ? 'passes' : 'other'
}
