import type { runChapter } from './chapter.ts'

type Figures = Awaited<ReturnType<typeof runChapter>>

/** The figures of all chapters. */
export type Totals = Readonly<{
  add(chapter: Figures): void
  calls(): number
  /** In words, for people. */
  lines(): string[]
  /** The first failure of each kind that a fault explains. */
  firsts(): string[]
  /** Name and value, for a table. */
  rows(): [string, string][]
}>

export function newTotals(): Totals {
  const chapters: Figures[] = []
  const sum = (of: (chapter: Figures) => number) => chapters.reduce((so, chapter) => so + of(chapter), 0)
  const counts = (of: (chapter: Figures) => ReadonlyMap<string, number>) => {
    const all = new Map<string, number>()
    for (const chapter of chapters) for (const [what, times] of of(chapter)) all.set(what, (all.get(what) ?? 0) + times)
    return [...all].sort(([, a], [, b]) => b - a)
  }
  const n = (value: number) => value.toLocaleString('en-US')

  function rows(): [string, string][] {
    const seconds = sum(({ ranMs }) => ranMs) / 1000
    const calls = sum(({ calls: { calls } }) => calls)
    return [
      ['calls', `${n(calls)}, ${n(Math.round(calls / seconds))} a second`],
      [
        'writes: meant and answered, told to be unknown, tries, hung up',
        [
          sum(({ writes }) => writes.done),
          sum(({ writes }) => writes.told),
          sum(({ writes }) => writes.tries),
          sum(({ writes }) => writes.hungUp),
        ]
          .map(n)
          .join(', '),
      ],
      [
        'requests at CATAPA, harmed by it',
        `${n(sum(({ catapa }) => catapa.requests))}, ${n(sum(({ catapa }) => catapa.harmed))}`,
      ],
      [
        'token requests, tokens, refused with one',
        [sum(({ tokens }) => tokens.requests), sum(({ tokens }) => tokens.issued), sum(({ tokens }) => tokens.refused)]
          .map(n)
          .join(', '),
      ],
      [
        'troubles',
        counts(({ troubles }) => troubles)
          .map(([what, times]) => `${what} ${n(times)}`)
          .join(', '),
      ],
      ['failures, each explained by a fault', n(sum(({ calls: { failures } }) => failures))],
      ['lines of the trails', n(sum(({ trailLines }) => trailLines))],
      ['writes of unknown outcome, told at starts', n(sum(({ unknownTold }) => unknownTold))],
      ['notices, spans', `${n(sum(({ notices }) => notices))}, ${n(sum(({ spans }) => spans))}`],
      ['bytes of output that were searched', n(sum(({ outputBytes }) => outputBytes))],
      [
        'memory of the first sidecar, then and at the end, MiB',
        chapters.map(({ memory }) => `${memory.warmMiB} ${memory.endMiB}`).join('; '),
      ],
      ['descriptors of it at the end', chapters.map(({ memory }) => memory.descriptors).join('; ')],
      ...[...new Set(chapters.flatMap(({ left }) => left))].map((what): [string, string] => ['left out', what]),
    ]
  }

  return {
    add: (chapter) => void chapters.push(chapter),
    calls: () => sum(({ calls: { calls } }) => calls),
    rows,
    firsts: () => chapters.flatMap(({ explained }) => [...explained].map(([what, { first }]) => `${what}: ${first}`)),
    lines: () => [
      ...rows().map(([name, value]) => `${name}: ${value}`),
      ...counts(({ explained }) => new Map([...explained].map(([what, { times }]) => [what, times]))).map(
        ([what, times]) => `  ${n(times)} × ${what}`,
      ),
    ],
  }
}
