import { count } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { callersSummary, lastSeen, mayDo, recognition } from '../caller-words.ts'
import { notices } from '../notices.ts'
import { breakable, element, fill, part, setText, show } from './dom.ts'

/** A banner for each notice. */
export function renderNotices(status: Status, now: number): void {
  const found = notices(status, now)
  fill(part('notices'), found, () =>
    found.map(({ title, sentence, lines, remedy }) =>
      element(
        'div',
        [
          element('h2', title),
          element('p', breakable(sentence)),
          ...(lines.length === 0
            ? []
            : [
                element(
                  'ul',
                  lines.map((line) => element('li', line)),
                ),
              ]),
          element('p', [element('strong', 'What to do:'), ` ${remedy}`]),
        ],
        'notice',
      ),
    ),
  )
}

/** The table of callers; hidden without a callers file. */
export function renderCallers(callers: Status['callers'], now: number): void {
  show(part('callers'), callers !== undefined)
  if (callers === undefined) return
  setText(part('callers-summary'), callersSummary(callers, now))
  fill(part('caller-rows'), callers.table, () => callers.table.map((row) => renderRow(row, now)))
}

function renderRow(row: NonNullable<Status['callers']>['table'][number], now: number): HTMLElement {
  const may = mayDo(row)
  const seen = lastSeen(row, now)
  const small = (text: string, className = '') => element('small', text, className)
  // A phone has no room for the columns "May do" and "Last seen".
  const heading = element('th', [
    element('strong', row.name),
    ...recognition(row, now).map((way) => small(way)),
    small(`may do: ${may}`, 'narrow'),
    small(`last seen: ${seen}`, 'narrow'),
  ])
  heading.setAttribute('scope', 'row')
  const number = (value: number, className = '') =>
    element('td', [element('span', count(value), value > 0 ? className : '')], 'number')
  return element('tr', [
    heading,
    element('td', may, 'aside'),
    number(row.calls),
    number(row.refusals, 'failed-text'),
    number(row.wouldBeRefusals, 'warning-text'),
    element('td', seen, 'aside'),
  ])
}
