/** What the ledger holds against a run. */
export const rules = [
  'no expired token at CATAPA',
  'no refused or replaced token is sent again',
  'each answer belongs to its request',
  'each answer is whole',
  'a write is done at most once',
  'a write that was answered is done',
  'nothing refused arrives at CATAPA',
  'each write at CATAPA has a begin line',
  'audit verify finds each trail whole',
  'reached "no" is true',
  'unknown outcomes are told',
  'no notice is missing',
  'no notice comes twice',
  'nothing secret or personal in any output',
  'no failure is avoidable',
  'memory stays flat',
  'descriptors stay flat',
  'TERM ends with 0',
  'traces are well formed',
] as const

export type Rule = (typeof rules)[number]

export type Findings = Readonly<{
  /** How often a rule was broken. */
  counts: ReadonlyMap<Rule, number>
  /** The first cases of each, in words. */
  cases(rule: Rule): readonly string[]
  add(rule: Rule, what: string): void
}>

const mostCases = 8

export function newFindings(): Findings {
  const counts = new Map<Rule, number>()
  const cases = new Map<Rule, string[]>()
  return {
    counts,
    cases: (rule) => cases.get(rule) ?? [],
    add(rule, what) {
      counts.set(rule, (counts.get(rule) ?? 0) + 1)
      const list = cases.get(rule) ?? []
      cases.set(rule, list)
      if (list.length < mostCases) list.push(what)
    },
  }
}
