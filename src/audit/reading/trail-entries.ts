import type { LineMembers, TrailLine } from './trail-lines.ts'

/**
 * How a request ended. `answered`: CATAPA answered. `refused`: by caller, tenant rule, profile or line. `failed`: the sidecar
 * answered for another reason, or nobody did. `unknown`: there is a begin line and no end line.
 */
export type RequestOutcome = 'answered' | 'refused' | 'failed' | 'unknown'

/** A request, or another event, which has no outcome. `end`: the line for the end of a request, if it has one. */
export type TrailEntry = Readonly<{
  seq: number
  time: string
  event: string
  outcome: RequestOutcome | undefined
  end: Readonly<{ seq: number; time: string }> | undefined
  members: LineMembers
}>

/**
 * Joins begin and end into one entry (design/promises 9.4), at the place of the end. A sidecar that starts has no request under
 * way, so at a start line all begun requests become `unknown`: so few lines are ever kept in memory.
 */
export function* entriesOf(lines: Iterable<TrailLine>): Generator<TrailEntry, void, void> {
  const begun = new Map<unknown, TrailLine>()
  for (const line of lines) {
    if (line.event === 'begin') begun.set(line.seq, line)
    else if (line.event === 'end') {
      const begin = begun.get(line.members.begin)
      begun.delete(line.members.begin)
      yield pair(begin, line)
    } else {
      if (line.event === 'start') yield* unended(begun)
      yield alone(line)
    }
  }
  yield* unended(begun)
}

/** The first ends of a trail may have lost their begin to retention. */
function pair(begin: TrailLine | undefined, line: TrailLine): TrailEntry {
  const { begin: _, ...members } = { ...begin?.members, ...line.members }
  const end = { seq: line.seq, time: line.time }
  const { seq, time } = begin ?? end
  return { seq, time, event: 'request', outcome: outcomeOf(members), end, members }
}

function alone({ seq, time, event, members }: TrailLine): TrailEntry {
  const outcome = event === 'request' ? outcomeOf(members) : undefined
  return { seq, time, event, outcome, end: undefined, members }
}

function* unended(begun: Map<unknown, TrailLine>): Generator<TrailEntry, void, void> {
  for (const { seq, time, members } of begun.values()) {
    yield { seq, time, event: 'request', outcome: 'unknown', end: undefined, members }
  }
  begun.clear()
}

function outcomeOf({ verdict, origin }: LineMembers): RequestOutcome {
  if (verdict === 'refused') return 'refused'
  return origin === 'catapa' ? 'answered' : 'failed'
}
