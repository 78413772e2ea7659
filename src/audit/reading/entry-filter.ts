import type { TrailEntry } from './trail-entries.ts'

/** The entries asked for; an undefined member does not matter. */
export type EntryFilter = Readonly<{
  /** Its name, `other` or `anonymous`. */
  caller: string | undefined
  effect: string | undefined
  /** Only refusals. */
  refused: boolean
  /** As in a line. `until` itself is excluded. */
  since: string | undefined
  until: string | undefined
  /** Subjects of paths. */
  subjects: ReadonlySet<unknown> | undefined
}>

/** Whether an entry is asked for. Only requests have a caller, an effect or a path. */
export function passes({ time, members }: TrailEntry, filter: EntryFilter): boolean {
  const { caller, effect, refused, since, until, subjects } = filter
  return (
    (since === undefined || time >= since) &&
    (until === undefined || time < until) &&
    (caller === undefined || members.caller === caller) &&
    (effect === undefined || members.effect === effect) &&
    (!refused || members.verdict === 'refused') &&
    (subjects === undefined || subjects.has(members.subject))
  )
}

/** The last `most` items, in their order. */
export function* newest<Item>(items: Iterable<Item>, most: number): Generator<Item, void, void> {
  const kept: Item[] = []
  let count = 0
  for (const item of items) {
    kept[count % most] = item
    count += 1
  }
  const begin = count > most ? count % most : 0
  yield* kept.slice(begin)
  yield* kept.slice(0, begin)
}
