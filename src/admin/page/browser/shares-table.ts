import { count } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { shareName, sharesSummary, somebodyWaits, waitingShares, whyItWaits } from '../share-words.ts'
import { element, fill, part, setText, show } from './dom.ts'

/** The table of waiting shares; hidden while no call waits. */
export function renderShares(shares: Status['shares']): void {
  const rows = waitingShares(shares)
  show(part('shares'), somebodyWaits(shares))
  setText(part('shares-summary'), sharesSummary(shares))
  show(part('shares-table'), rows.length > 0)
  fill(part('share-rows'), [rows, shares.places], () =>
    rows.map((share) => {
      const why = share.waiting === 0 ? '' : whyItWaits(share, shares)
      const heading = element('th', [
        element('strong', shareName(share)),
        // A phone has no room for the column.
        ...(why === '' ? [] : [element('small', why, 'narrow')]),
      ])
      heading.setAttribute('scope', 'row')
      return element('tr', [
        heading,
        element('td', count(share.waiting), 'number'),
        element('td', count(share.inFlight), 'number'),
        element('td', why, 'aside'),
      ])
    }),
  )
}
