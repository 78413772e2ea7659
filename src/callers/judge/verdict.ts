import type { Effect } from '../../operations/operation.ts'
import type { RefusalRule } from '../../problems/failure.ts'

/** A refusal of a rule, and the `allow` line that would let the request pass where one could. */
export type RuleRefusal = Readonly<{
  rule: RefusalRule
  /** `DELETE /core/v1/employees/*`, without ids. */
  wanted: string
  /** What it would do in CATAPA, as far as that is known. */
  effect: Effect | undefined
}>

/** What the restrictions say of a request. `reported`: refused, but its caller's restrictions are only reported. */
export type Verdict =
  | Readonly<{ verdict: 'allowed'; by: string }>
  | (Readonly<{ verdict: 'refused' | 'reported' }> & RuleRefusal)
