import { moment } from '../../words/units.ts'
import type { Status } from '../status/status.ts'
import { auditNotices } from './audit-words.ts'
import { callersNotices } from './caller-words.ts'
import type { Notice } from './facts.ts'
import { repeatNotices } from './repeat-words.ts'

// The browser loads this module, so it imports only others of the page.

/** The notices below the headline, the worst first. */
export function notices(status: Status, now: number): Notice[] {
  return [
    ...auditNotices(status, now),
    ...repeatNotices(status, now),
    ...storeNotices(status, now),
    ...callersNotices(status, now),
  ]
}

function storeNotices({ sharedToken }: Status, now: number): Notice[] {
  if (sharedToken?.failing === undefined) return []
  const { failing, since } = sharedToken
  const from = since === undefined ? '' : `, since ${moment(since, now)}`
  return [
    {
      title: 'The token is not shared for now',
      sentence: `${failing.happened}${from}. Calls go on: each sidecar asks for a token of its own meanwhile. If a new token ends the old one, sidecars end each other's tokens, and a write may meet a 401.`,
      lines: [],
      remedy: failing.remedy,
    },
  ]
}
