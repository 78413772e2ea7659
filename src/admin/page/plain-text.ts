import type { Status } from '../status/status.ts'
import { clockTime, milliseconds, moment } from './units.ts'
import {
  accessFacts,
  answeredBy,
  connectionFacts,
  credentialFacts,
  type Fact,
  headline,
  latencySummary,
  likelyCause,
  occurrence,
  sidecarFacts,
  trafficFacts,
  trafficSummary,
} from './words.ts'

const columns = 80
const labelColumns = 20
const settingColumns = 30
const mostRecent = 10
const marks = { good: 'OK', warning: 'ATTENTION', bad: 'NOT WORKING' }

/** What the page shows, for terminals: at most 80 columns. */
export function plainText(status: Status, now: number): string {
  const { condition, title, sentence, remedy } = headline(status, now)
  const { points } = status.traffic
  const lines = [
    `catapa-sidecar ${status.version}, ${new Date(now).toLocaleDateString('en-GB')} ${clockTime(now)} ${zone(now)}`,
    '',
    ...wrap(`${marks[condition]}: ${title}.`),
    ...wrap(sentence, 2),
    ...(remedy === undefined ? [] : wrap(`What to do: ${remedy}`, 2)),
    ...section('Access token', accessFacts(status, now)),
    ...section('Credentials', credentialFacts(status, now)),
    ...section('Connection', connectionFacts(status, now)),
    ...section('Calls', trafficFacts(status)),
    ...[...new Set([trafficSummary(points), latencySummary(points)])].flatMap((text) => wrap(text, 2)),
    ...errors(status, now),
    ...recent(status, now),
    ...section('This sidecar', sidecarFacts(status, now)),
    ...section('Configuration', settings(status), settingColumns),
  ]
  return `${lines.join('\n')}\n`
}

function settings(status: Status): Fact[] {
  return status.settings.map(({ name, value }) => ({ label: name, value }))
}

function section(heading: string, facts: Fact[], room = labelColumns): string[] {
  return ['', heading, ...facts.flatMap((fact) => row(fact, room))]
}

/** A label that is too long for its column gets a line of its own. */
function row({ label, value }: Fact, room: number): string[] {
  const values = wrap(value, 2 + room)
  if (label.length >= room) return [...wrap(label, 2), ...values]
  const [first = '', ...rest] = values
  return [`  ${label.padEnd(room)}${first.trimStart()}`, ...rest]
}

function errors(status: Status, now: number): string[] {
  if (status.errors.length === 0) return ['', 'What failed', '  Nothing since the start.']
  return [
    '',
    'What failed',
    ...status.errors.flatMap((error) => {
      const { happened, remedy } = error
      return [
        ...wrap(`${error.title} (${error.code})`, 2),
        ...[occurrence(error, now), `${happened}.`, likelyCause(error), `What to do: ${remedy}`].flatMap((text) =>
          wrap(text, 4),
        ),
      ]
    }),
  ]
}

function recent(status: Status, now: number): string[] {
  if (status.recent.length === 0) return []
  return [
    '',
    'Last calls',
    ...status.recent.slice(0, mostRecent).flatMap((request) => {
      const { at, method = '?', path = '(not accepted)', status: answer = '-', durationMs } = request
      const head = `${moment(at, now)}  ${answer}  ${method} ${path}`
      return [...wrap(head, 2), ...wrap(`${answeredBy(request)}, ${milliseconds(durationMs)}`, 12)]
    }),
  ]
}

/** Breaks between words, and within those that are longer than a line. Control characters never reach a terminal. */
function wrap(text: string, indent = 0): string[] {
  const room = columns - indent
  const words = text
    .replace(/\p{Cc}+/gu, ' ')
    .split(' ')
    .flatMap((word) => word.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''])
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}`)
}

function zone(now: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(now)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
