// The control: each rule of the ledger has a fault that can be planted in what the tool sees, never in the product. A rule that does
// not find its own is worth nothing.
import type { Rule } from './findings.ts'

/** Each kind of fault, and the rule that has to find it. */
export const plantedFaults = {
  'expired-token': 'no expired token at CATAPA',
  'refused-token': 'no refused or replaced token is sent again',
  'foreign-answer': 'each answer belongs to its request',
  'cut-answer': 'each answer is whole',
  'doubled-write': 'a write is done at most once',
  'lost-write': 'a write that was answered is done',
  'refused-arrives': 'nothing refused arrives at CATAPA',
  'begin-missing': 'each write at CATAPA has a begin line',
  'trail-changed': 'audit verify finds each trail whole',
  'reached-untrue': 'reached "no" is true',
  'unknown-untold': 'unknown outcomes are told',
  'notice-missing': 'no notice is missing',
  'notice-twice': 'no notice comes twice',
  'canary-shown': 'nothing secret or personal in any output',
  'unexplained-failure': 'no failure is avoidable',
  'memory-grows': 'memory stays flat',
  'descriptors-grow': 'descriptors stay flat',
  'term-fails': 'TERM ends with 0',
} as const satisfies Readonly<Record<string, Rule>>

export type Plant = keyof typeof plantedFaults

export type Plants = Readonly<{
  /** Whether the fault is to be planted here and now: once for each kind that was asked for. */
  take(kind: Plant): boolean
  /** Those that found no place. */
  left(): Plant[]
  /** All that were asked for. */
  asked: readonly Plant[]
}>

/** @param text a kind, `all`, or undefined @throws Error on another word */
export function plantsOf(text: string | undefined): Plants {
  const kinds = Object.keys(plantedFaults) as Plant[]
  const asked = text === 'all' ? kinds : kinds.filter((kind) => kind === text)
  if (text !== undefined && asked.length === 0) throw new Error(`--plant all, or one of: ${kinds.join(', ')}`)
  const waiting = new Set(asked)
  return { take: (kind) => waiting.delete(kind), left: () => [...waiting], asked }
}
