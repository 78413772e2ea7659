import type { Share, Waiting } from './share.ts'

// Linked by hand in place of an array or a Set: who leaves from the middle costs the same as who leaves from the front.

/** Puts somebody at the end of the queue of its share, or behind those who have had a place before. */
export function join(waiting: Waiting): void {
  const { share, again } = waiting
  const before = again ? lastAgain(share) : share.last
  const after = before === undefined ? share.first : before.after
  waiting.before = before
  waiting.after = after
  if (before === undefined) share.first = waiting
  else before.after = waiting
  if (after === undefined) share.last = waiting
  else after.before = waiting
  share.waiting += 1
}

function lastAgain({ first }: Share): Waiting | undefined {
  let found: Waiting | undefined
  for (let waiting = first; waiting?.again; waiting = waiting.after) found = waiting
  return found
}

/** Takes somebody out of it. */
export function quit({ share, before, after }: Waiting): void {
  if (before === undefined) share.first = after
  else before.after = after
  if (after === undefined) share.last = before
  else after.before = before
  share.waiting -= 1
}

/** Those of a share that wait, in their order. */
export function queueOf({ first }: Pick<Share, 'first'>): Waiting[] {
  const queue: Waiting[] = []
  for (let waiting = first; waiting !== undefined; waiting = waiting.after) queue.push(waiting)
  return queue
}

/** The one that will have waited enough first: those who have had a place before stand first, but have come later. */
export function soonest({ first }: Pick<Share, 'first'>): Waiting | undefined {
  let found = first
  for (let waiting = first; waiting !== undefined; waiting = waiting.after) {
    if (found === undefined || waiting.until < found.until) found = waiting
    if (!waiting.again) break
  }
  return found
}
