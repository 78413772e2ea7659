import { entriesOf, type TrailEntry } from '../../audit/reading/trail-entries.ts'
import { trailLines } from '../../audit/reading/trail-lines.ts'
import { memberAt } from '../../words/member-at.ts'
import { type MadeRequest, reportedBy, type Untold, whoDidWhat } from './made-request.ts'

/** The requests in an audit trail, without refused ones of unknown callers. @throws an error of the operating system */
export function* requestsInTrail(folder: string): Generator<MadeRequest | Untold, void, void> {
  let unread = 0
  const lines = trailLines(folder, undefined, () => {
    unread += 1
  })
  for (const entry of entriesOf(lines)) {
    const { event, outcome, members } = entry
    if (outcome !== undefined) yield requestOf(entry)
    else if (event === 'flood' && memberAt(members.detail, 'of') === 'request') yield untold('flood', members, 'count')
    else if (event === 'gap') yield untold('gap', members, 'unrecorded')
  }
  yield { kind: 'foreign', count: unread }
}

function requestOf({ time, outcome, members }: TrailEntry): MadeRequest | Untold {
  const { caller, method, operation, status, verdict, profile } = members
  const who = whoDidWhat({ caller, method, time, path: String(operation).replace(/\{\w+\}/g, '{id}') })
  if (who === undefined) return { kind: 'foreign', count: 1 }
  const refused = outcome === 'refused' ? profile : outcome === 'failed' && status === 400 ? status : undefined
  return {
    ...who,
    status: outcome === 'answered' && typeof status === 'number' ? status : undefined,
    refusedFor: refused === undefined ? undefined : String(refused),
    reported: verdict === 'reported' ? reportedBy(profile, undefined) : undefined,
  }
}

function untold(kind: Untold['kind'], { detail }: TrailEntry['members'], name: string): Untold {
  return { kind, count: Number(memberAt(detail, name)) || 0 }
}
