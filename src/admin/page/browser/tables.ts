import { count } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { callersSummary, lastSeen, mayDo, recognition } from '../caller-words.ts'
import { shareName, sharesSummary, somebodyWaits, waitingShares, whyItWaits } from '../share-words.ts'
import { browserWords } from './browser-words.ts'
import { element, fill, part, row, setText, show } from './dom.ts'

/** The table of callers; hidden without a callers file. */
export function renderCallers(callers: Status['callers'], now: number): void {
  show(part('callers'), callers !== undefined)
  if (callers === undefined) return
  setText(part('callers-summary'), callersSummary(callers, now))
  fill(part('caller-rows'), callers.table, () => callers.table.map((row) => renderRow(row, now)))
}

function renderRow(caller: NonNullable<Status['callers']>['table'][number], now: number): HTMLElement {
  const may = mayDo(caller)
  const seen = lastSeen(caller, now)
  const small = (text: string, className = '') => element('small', text, className)
  // A phone has no room for the columns "May do" and "Last seen".
  const narrow = [small(browserWords().mayDo(may), 'narrow'), small(browserWords().lastSeen(seen), 'narrow')]
  const ways = recognition(caller, now).map((way) => small(way))
  return row(
    [element('strong', caller.name), ...ways, ...narrow],
    [
      element('td', may, 'aside'),
      number(caller.calls),
      number(caller.refusals, 'failed-text'),
      number(caller.wouldBeRefusals, 'warning-text'),
      element('td', seen, 'aside'),
    ],
  )
}

function number(value: number, className = ''): HTMLElement {
  return element('td', [element('span', count(value), value > 0 ? className : '')], 'number')
}

/** The table of waiting shares; hidden while no call waits. */
export function renderShares(shares: Status['shares']): void {
  const rows = waitingShares(shares)
  show(part('shares'), somebodyWaits(shares))
  setText(part('shares-summary'), sharesSummary(shares))
  show(part('shares-table'), rows.length > 0)
  fill(part('share-rows'), [rows, shares.places], () =>
    rows.map((share) => {
      const why = share.waiting === 0 ? '' : whyItWaits(share, shares)
      // A phone has no room for the column.
      const narrow = why === '' ? [] : [element('small', why, 'narrow')]
      return row(
        [element('strong', shareName(share)), ...narrow],
        [number(share.waiting), number(share.inFlight), element('td', why, 'aside')],
      )
    }),
  )
}
