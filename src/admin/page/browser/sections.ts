import { moment } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { auditFacts } from '../audit-words.ts'
import { calledBy, likelyCause, occurrence, outcome, problemTitle, tookFor } from '../call-words.ts'
import {
  accessFacts,
  connectionFacts,
  credentialFacts,
  type Fact,
  settingsInOrder,
  sidecarFacts,
  trafficFacts,
  validFor,
} from '../facts.ts'
import { type Headline, verdict } from '../headline.ts'
import type { SidecarState } from '../states/sidecar-state.ts'
import { browserWords } from './browser-words.ts'
import { drawCharts } from './charts.ts'
import { advice, breakable, element, fill, part, row, setText, show } from './dom.ts'
import type { Timed } from './live.ts'
import { renderOpenWrites } from './open-writes.ts'
import { renderCallers, renderShares } from './tables.ts'

const mostRecent = 20
/** Calls shown while the list is folded; page.css has the same number. */
const folded = 5

/** Shows a status as it is `now`, on the sidecar's clock. `seen` gets another one, after a write was released. */
export function render(status: Status, now: number, seen: (status: Timed) => void): void {
  const { headline, others } = verdict(status, now)
  renderHeadline(headline)
  renderOthers(others)
  setText(part('tenant'), status.credentials.tenant)
  renderCountdown(status.token, now)
  renderFacts('access', accessFacts(status, now).slice(1)) // The first is the countdown.
  renderFacts('credentials', credentialFacts(status, now))
  renderFacts('connection', connectionFacts(status, now))
  renderFacts('traffic', trafficFacts(status))
  renderFacts('sidecar', [...sidecarFacts(status, now), ...auditFacts(status)])
  drawCharts(status.traffic, now)
  renderOpenWrites(status.repeats, now, seen)
  renderShares(status.shares)
  renderCallers(status.callers, now)
  renderErrors(status.errors, now)
  renderRecent(status.recent.slice(0, mostRecent), now)
  fill(part('settings'), status.settings, () => settingsInOrder(status).map(renderSetting))
}

function renderSetting({ name, value, default: usual }: Status['settings'][number]): HTMLElement {
  const heading = [element('code', breakable(name))]
  if (usual === undefined) return row(heading, [element('td', value)])
  return row(heading, [element('td', [value, element('small', browserWords().byDefault(usual))])], 'changed')
}

export function renderHeadline({ condition, title, sentence, remedy, left = '', lines = [] }: Headline): void {
  part('headline').dataset.condition = condition
  setText(part('headline-title'), title)
  setText(part('headline-sentence'), sentence)
  setText(part('headline-left'), left)
  fill(part('headline-lines'), lines, () => lines.map((line) => element('li', line)))
  show(part('headline-lines'), lines.length > 0)
  const toDo = part('headline-remedy')
  show(toDo, remedy !== undefined)
  setText(toDo.lastElementChild ?? toDo, remedy ?? '')
  document.title = `${title} – catapa-sidecar`
}

/** A banner for each state that is not at the top. */
function renderOthers(others: readonly SidecarState[]): void {
  fill(part('notices'), others, () =>
    others.map(({ title, sentence, lines = [], remedy }) =>
      element(
        'div',
        [
          element('h2', title),
          element('p', breakable(sentence)),
          ...(lines.length === 0 ? [] : [list(lines)]),
          ...(remedy === undefined ? [] : [advice(remedy)]),
        ],
        'notice',
      ),
    ),
  )
}

function list(lines: readonly string[]): HTMLElement {
  const items = lines.map((line) => element('li', line))
  return element('ul', items)
}

/** A phone shows only the first of the last calls, until the button is pressed. */
export function unfoldButton(): void {
  part('unfold').addEventListener('click', () => {
    part('recent').dataset.all = ''
    part('unfold').setAttribute('aria-expanded', 'true')
    show(part('unfold'), false)
  })
}

function isUnfolded(): boolean {
  return part('recent').dataset.all !== undefined
}

/** The sidecar does not answer, so the state of the token is not known. */
export function forgetCountdown(): void {
  setText(part('countdown'), browserWords().notKnown)
  setText(part('countdown-unit'), '')
  part('life').setAttribute('width', '0')
}

function renderCountdown(token: Status['token'], now: number): void {
  const { valid, expiresAt, lifetimeSeconds } = token
  const left = valid && expiresAt !== undefined ? Math.max(0, Date.parse(expiresAt) - now) : 0
  setText(part('countdown'), validFor(token, now))
  setText(part('countdown-unit'), left > 0 ? browserWords().left : '')
  const share = lifetimeSeconds === undefined ? 0 : Math.min(1, left / lifetimeSeconds / 1000)
  part('life').setAttribute('width', (share * 100).toFixed(1))
}

function renderFacts(id: string, facts: Fact[]): void {
  const list = part(id)
  const labels = facts.map(({ label }) => label)
  fill(list, labels, () => labels.map((label) => element('div', [element('dt', label), element('dd')])))
  list.querySelectorAll('dd').forEach((value, i) => {
    setText(value, facts[i]?.value ?? '')
  })
}

function renderErrors(errors: Status['errors'], now: number): void {
  setText(part('no-errors'), browserWords().noErrors)
  show(part('no-errors'), errors.length === 0)
  show(part('errors'), errors.length > 0)
  fill(part('errors'), errors, () =>
    errors.map((error) => {
      const { happened, remedy } = error
      return element('li', [
        element('h3', [`${problemTitle(error)} `, element('code', error.code)]),
        element('p', occurrence(error, now), 'quiet'),
        element('p', `${happened}. ${likelyCause(error)}`),
        advice(remedy),
      ])
    }),
  )
}

function renderRecent(requests: Status['recent'], now: number): void {
  setText(part('no-recent'), browserWords().noCalls)
  show(part('no-recent'), requests.length === 0)
  show(part('unfold'), requests.length > folded && !isUnfolded())
  show(part('recent'), requests.length > 0)
  fill(part('recent-rows'), requests, () =>
    requests.map((request) => {
      const { at, method = '?', path = browserWords().notAccepted, status } = request
      const time = moment(at, now)
      const who = calledBy(request)
      // A phone has no room for a column of times.
      const when = element('span', `${time}${who === undefined ? '' : ', '}`, 'when')
      const call = element('td', [`${method} `, ...breakable(path), element('small', [when, who ?? ''])])
      const failed = request.problem !== undefined || (status !== undefined && status >= 400)
      const answer = element('span', String(status ?? browserWords().noStatus), failed ? 'failed-text' : 'good-text')
      return element('tr', [
        element('td', time, 'at'),
        call,
        element('td', [answer, element('small', breakable(outcome(request)))]),
        element('td', tookFor(request), 'number'),
      ])
    }),
  )
}
