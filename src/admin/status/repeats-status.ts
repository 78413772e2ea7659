import type { KnownWrite, Repeats } from '../../forwarding/repeats/repeats.ts'
import { loggableId } from '../../log/finished-request.ts'

/** So many writes are listed; the count is of all. */
const mostListed = 100

/** What is known of writes that came again, or may (design/promises 12.9). */
export function repeatsStatus(repeats: Repeats) {
  const open = repeats.open()
  const of = (outcome: 'unknown' | 'done') => open.filter((write) => outcomeOf(write) === outcome).length
  return {
    unknown: of('unknown'),
    /** Done, and the answer is gone. */
    done: of('done'),
    /** Both, the oldest end first. */
    writes: open.slice(0, mostListed).map(openWrite),
    counts: Object.fromEntries(repeats.counts()),
  }
}

function openWrite(write: KnownWrite) {
  const { seq, requestId, beganAt, caller, method, operation, stage } = write
  return {
    /** The number of its line in the trail. */
    seq,
    time: new Date(beganAt).toISOString(),
    ...{ caller, method, operation },
    requestId: loggableId(requestId),
    outcome: outcomeOf(write),
    status: stage.is === 'under way' ? undefined : stage.status,
  }
}

function outcomeOf({ stage }: KnownWrite): 'unknown' | 'done' {
  return stage.is === 'answered' ? 'done' : 'unknown'
}
