/** The last `most` of what there is, in its order. */
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
