import type { Effect } from '../../operations/operation.ts'
import type { RefusalRule } from '../../problems/failure.ts'

/** A refusal by a rule. */
export type RuleRefusal = Readonly<{
  rule: RefusalRule
  /** The `allow` line that fits the request, without ids: `DELETE /core/v1/employees/*`. */
  wanted: string
  /** What the request would do in CATAPA, as far as known. */
  effect: Effect | undefined
}>

/** The judgement of a request. `reported`: it would be refused, but its caller's restrictions are only logged. */
export type Verdict =
  | Readonly<{ verdict: 'allowed'; by: string }>
  | (Readonly<{ verdict: 'refused' | 'reported' }> & RuleRefusal)
