// Linked by hand in place of an array or a Set: to leave from the middle costs the same as from the front.

/** Calls that wait for the same, in their order. */
export type Queue<Waits> = { first: Waits | undefined; last: Waits | undefined; waiting: number }

/** A call in a queue. */
export type Linked<Waits> = {
  /** It has had a place before, and stands before those that have not. */
  readonly again: boolean
  before: Waits | undefined
  after: Waits | undefined
}

export const newQueue = <Waits>(): Queue<Waits> => ({ first: undefined, last: undefined, waiting: 0 })

/** Puts a call at the end of a queue, or behind those that have had a place before. */
export function join<Waits extends Linked<Waits>>(queue: Queue<Waits>, waits: Waits): void {
  const before = waits.again ? lastAgain(queue) : queue.last
  const after = before === undefined ? queue.first : before.after
  waits.before = before
  waits.after = after
  if (before === undefined) queue.first = waits
  else before.after = waits
  if (after === undefined) queue.last = waits
  else after.before = waits
  queue.waiting += 1
}

function lastAgain<Waits extends Linked<Waits>>({ first }: Pick<Queue<Waits>, 'first'>): Waits | undefined {
  let found: Waits | undefined
  for (let waits = first; waits?.again; waits = waits.after) found = waits
  return found
}

/** Takes a call out of its queue. */
export function quit<Waits extends Linked<Waits>>(queue: Queue<Waits>, { before, after }: Waits): void {
  if (before === undefined) queue.first = after
  else before.after = after
  if (after === undefined) queue.last = before
  else after.before = before
  queue.waiting -= 1
}

/** The calls in a queue, in their order. */
export function queueOf<Waits extends Linked<Waits>>({ first }: Pick<Queue<Waits>, 'first'>): Waits[] {
  const queue: Waits[] = []
  for (let waits = first; waits !== undefined; waits = waits.after) queue.push(waits)
  return queue
}

/** The call whose time is up first: those that have had a place before stand first, but have come later. */
export function soonest<Waits extends Linked<Waits> & { readonly until: number }>({
  first,
}: Pick<Queue<Waits>, 'first'>): Waits | undefined {
  let found = first
  for (let waits = first; waits !== undefined; waits = waits.after) {
    if (found === undefined || waits.until < found.until) found = waits
    if (!waits.again) break
  }
  return found
}
