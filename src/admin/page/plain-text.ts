import { dateAndTime, moment } from '../../words/units.ts'
import { wrapped } from '../../words/wrapped.ts'
import type { Status } from '../status/status.ts'
import { auditFacts } from './audit-words.ts'
import {
  calledBy,
  latencySummary,
  likelyCause,
  occurrence,
  outcome,
  problemTitle,
  tookFor,
  trafficSummary,
} from './call-words.ts'
import { callerFacts, callersSummary } from './caller-words.ts'
import {
  accessFacts,
  connectionFacts,
  credentialFacts,
  type Fact,
  settingsInOrder,
  sidecarFacts,
  trafficFacts,
} from './facts.ts'
import { verdict } from './headline.ts'
import { openWriteLines } from './repeat-words.ts'
import { shareFacts, sharesSummary, somebodyWaits } from './share-words.ts'
import type { SidecarState } from './states/sidecar-state.ts'
import { textWords } from './text-words.ts'

const columns = 80
const labelColumns = 20
const settingColumns = 30
const mostRecent = 10

/** The status page as text for terminals, at most 80 columns wide. */
export function plainText(status: Status, now: number): string {
  const { headline, others } = verdict(status, now)
  const { condition, title, sentence, remedy, left, lines: details = [] } = headline
  const { points } = status.traffic
  const say = textWords()
  const lines = [
    `catapa-sidecar ${status.version}, ${dateAndTime(now)} ${zone(now)}`,
    '',
    ...wrap(`${say.marks[condition]}: ${title}.`),
    ...wrap(left === undefined ? sentence : `${sentence} ${left}`, 2),
    ...details.flatMap((line) => wrap(line, 4)),
    ...(remedy === undefined ? [] : wrap(say.toDo(remedy), 2)),
    ...others.flatMap(also),
    ...section(say.access, accessFacts(status, now)),
    ...section(say.credentials, credentialFacts(status, now)),
    ...section(say.connection, connectionFacts(status, now)),
    ...section(say.calls, trafficFacts(status)),
    ...[...new Set([trafficSummary(points), latencySummary(points)])].flatMap((text) => wrap(text, 2)),
    ...openWrites(status, now),
    ...waiting(status),
    ...callers(status, now),
    ...errors(status, now),
    ...recent(status, now),
    ...section(say.sidecar, [...sidecarFacts(status, now), ...auditFacts(status)]),
    ...section(say.settings, settings(status), settingColumns),
  ]
  return `${lines.join('\n')}\n`
}

function settings(status: Status): Fact[] {
  return settingsInOrder(status).map(({ name, value, default: usual }) => ({
    label: name,
    value: usual === undefined ? value : textWords().byDefault(value, usual),
  }))
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

function also({ condition, title, sentence, lines = [], remedy }: SidecarState): string[] {
  return [
    '',
    ...wrap(`${textWords().marks[condition === 'bad' ? 'bad' : 'warning']}: ${title}.`),
    ...wrap(sentence, 2),
    ...lines.flatMap((line) => wrap(line, 4)),
    ...(remedy === undefined ? [] : wrap(textWords().toDo(remedy), 2)),
  ]
}

function callers({ callers: shown }: Status, now: number): string[] {
  if (shown === undefined) return []
  return [...section(textWords().callers, callerFacts(shown, now)), ...wrap(callersSummary(shown, now), 2)]
}

function openWrites({ repeats }: Status, now: number): string[] {
  const lines = openWriteLines(repeats, now)
  if (lines.length === 0) return []
  return ['', textWords().openWrites, ...lines.flatMap((line) => wrap(line, 2))]
}

function waiting({ shares }: Status): string[] {
  if (!somebodyWaits(shares)) return []
  return [
    '',
    textWords().waiting,
    ...wrap(sharesSummary(shares), 2),
    ...shareFacts(shares).flatMap((fact) => row(fact, labelColumns)),
  ]
}

function errors(status: Status, now: number): string[] {
  if (status.errors.length === 0) return ['', textWords().errors, `  ${textWords().noErrors}`]
  return [
    '',
    textWords().errors,
    ...status.errors.flatMap((error) => {
      const { happened, remedy } = error
      return [
        ...wrap(`${problemTitle(error)} (${error.code})`, 2),
        ...[occurrence(error, now), `${happened}.`, likelyCause(error), textWords().toDo(remedy)].flatMap((text) =>
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
    textWords().recent,
    ...status.recent.slice(0, mostRecent).flatMap((request) => {
      const { at, method = '?', path = textWords().notAccepted, status: answer = '-' } = request
      const head = `${moment(at, now)}  ${answer}  ${method} ${path}`
      const who = request.address === undefined ? '' : `, ${calledBy(request)}`
      return [...wrap(head, 2), ...wrap(`${outcome(request)}, ${tookFor(request)}${who}`, 12)]
    }),
  ]
}

function wrap(text: string, indent = 0): string[] {
  return wrapped(text, columns, indent)
}

function zone(now: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(now)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
