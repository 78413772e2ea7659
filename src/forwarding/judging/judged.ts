import type { How } from '../../callers/caller.ts'
import type { Asked } from '../../callers/judge/ambiguity.ts'
import type { Restrictions } from '../../callers/restrictions.ts'
import type { RefusalRule } from '../../problems/failure.ts'
import type { RepeatMode } from '../../settings/sidecar-settings.ts'
import type { Deed } from './effect-of-call.ts'
import type { Target } from './target.ts'

/** The caller of a call, as log, metrics and page name it: a name of the callers file, or `other`. */
export type KnownCaller = Readonly<{
  name: string
  /** How it was recognised, and by which key: the first 8 digits of its digest. */
  how: How | undefined
  key: string | undefined
  restrictions: Restrictions
  /** Undefined: as SIDECAR_REPEATS says. */
  repeats: RepeatMode | undefined
}>

/**
 * The findings of the guards about a call, in their order. Nothing of it is changed: a guard that has found more leaves
 * another one behind. Log, metrics and audit trail read this.
 */
export type Judged = Readonly<{
  /** Undefined while it has not been accepted. */
  target: Target | undefined
  /** Undefined without a callers file. */
  caller: KnownCaller | undefined
  /** Its effect in CATAPA, where there is a trail or a guard against repeats. */
  deed: Deed | undefined
  /** It is for CATAPA, and has a line in the trail however it ends; the sidecar's own answers have one where a rule refused them. */
  recorded: boolean
  /** The tenant that it was judged for; with a token of another one it is judged again. */
  tenant: string | undefined
  /** As it was judged, where it is an upload of a restricted caller: a part of it may ask for another method. */
  upload: Asked | undefined
  /** The profile or line that allows it, where its caller is restricted. */
  allowedBy: string | undefined
  /** The rule that would have refused it, where that is only reported. */
  wouldHaveBeenRefused: RefusalRule | undefined
  /** Nothing stands against it. */
  accepted: boolean
}>

export const unjudged: Judged = {
  target: undefined,
  caller: undefined,
  deed: undefined,
  recorded: false,
  tenant: undefined,
  upload: undefined,
  allowedBy: undefined,
  wouldHaveBeenRefused: undefined,
  accepted: false,
}
