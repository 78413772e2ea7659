import type { Plants } from './plants.ts'

/** What can be done to one request. `no answer` acts, `reset early` does not; a `pause` has a Retry-After. */
export const harms = [
  'reset early',
  'reset late',
  'reset in the head',
  'cut',
  'no answer',
  '429',
  '503',
  '500',
  'pause 429',
  'pause 503',
] as const
export type Harm = (typeof harms)[number] | '401'

/** What CATAPA got, and what it did to whom. */
export type Book = Readonly<{
  /** By its number, how often a write was done. */
  acts: ReadonlyMap<number, number>
  act(number: number): void
  /** Ids of writes that have arrived. */
  arrived: Set<string>
  /** A request came with a token that was good. */
  remember(id: string): void
  /** Whether one did, within the last tens of thousands. */
  hasArrived(id: string): boolean
  /** Does this to the next requests. */
  harmNext(harm: (typeof harms)[number], count: number): void
  /** What is done to this request, if anything. None is harmed by lot twice: the sidecar promises to get over one harm to a read. */
  lot(id: string): Harm | undefined
  harm(id: string, what: Harm): Harm
  /** What was done to this request; it is forgotten by that. */
  harmsOf(id: string): readonly Harm[]
  /** The same, and it is remembered: of a try whose program has hung up, and whose answer a later one may get. */
  recall(id: string): readonly Harm[]
  figures: { requests: number; acts: number; harmed: number }
}>

const mostRemembered = 50_000

export function newBook(plants: Plants): Book {
  const acts = new Map<number, number>()
  const done = new Map<string, Harm[]>()
  const figures = { requests: 0, acts: 0, harmed: 0 }
  let waiting: Harm[] = []
  let [recent, older] = [new Set<string>(), new Set<string>()]

  function harm(id: string, what: Harm): Harm {
    const list = done.get(id)
    if (list === undefined) done.set(id, [what])
    else list.push(what)
    figures.harmed += 1
    return what
  }

  return {
    ...{ acts, figures, harm, arrived: new Set() },
    act(number) {
      figures.acts += 1
      acts.set(number, (acts.get(number) ?? 0) + (plants.take('doubled-write') ? 2 : 1))
    },
    remember(id) {
      recent.add(id)
      if (recent.size < mostRemembered) return
      older = recent
      recent = new Set()
    },
    hasArrived: (id) => recent.has(id) || older.has(id),
    harmNext(what, count) {
      waiting = Array.from({ length: count }, () => what)
    },
    lot(id) {
      if (waiting.length === 0 || done.get(id)?.some((what) => what !== '401')) return undefined
      const next = waiting.pop()
      return next === undefined ? undefined : harm(id, next)
    },
    recall: (id) => done.get(id) ?? [],
    harmsOf(id) {
      if (done.size === 0) return []
      const list = done.get(id) ?? []
      done.delete(id)
      return list
    },
  }
}
