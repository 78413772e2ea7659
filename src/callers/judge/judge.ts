import type { Effect } from '../../operations/operation.ts'
import { pathTemplate } from '../../operations/path-template.ts'
import { allows, type ProfileName } from '../../operations/profiles.ts'
import type { Ambiguity, RefusalRule } from '../../problems/failure.ts'
import type { Restrictions } from '../restrictions.ts'
import { type Asked, ambiguityOf } from './ambiguity.ts'
import { segmentsOf } from './path-pattern.ts'
import { concerns, matchesAnyCase, matchesSegments } from './rule-line.ts'

/** The judgement of a request. `reported`: it would be refused, but its caller's restrictions are only logged. */
export type Verdict =
  | Readonly<{ verdict: 'allowed'; by: string }>
  | Readonly<{
      verdict: 'refused' | 'reported'
      rule: RefusalRule
      /** The `allow` line that fits the request, without ids: `DELETE /core/v1/employees/*`. */
      wanted: string
      /** What the request would do in CATAPA, as far as known. */
      effect: Effect | undefined
    }>

const limits = (profile: ProfileName) => profile !== 'full'

/**
 * Whether any request could be refused; if not, none need be judged.
 *
 * @param everyone SIDECAR_PROFILE
 */
export function isRestricted(restrictions: Restrictions, everyone: readonly ProfileName[]): boolean {
  return everyone.some(limits) || hasOwn(restrictions)
}

function hasOwn({ profiles, allow, deny }: Restrictions): boolean {
  return deny.length > 0 || profiles.some(limits) || (profiles.length === 0 && allow.length > 0)
}

/**
 * Judges a request by SIDECAR_PROFILE and its caller's own restrictions (design/promises 8.6, 8.7 and 8.9). SIDECAR_PROFILE
 * comes first: no line and no `report` lifts it.
 *
 * @param everyone SIDECAR_PROFILE
 */
export function judge(asked: Asked, restrictions: Restrictions, everyone: readonly ProfileName[]): Verdict {
  const limited = everyone.some(limits)
  const own = hasOwn(restrictions)
  const ambiguity = limited || own ? ambiguityOf(asked) : undefined
  if (limited) {
    const rule = ruleForEveryone(asked, ambiguity, everyone)
    if (rule !== undefined) return { verdict: 'refused', rule, wanted: wanted(asked), effect: effectOf(asked) }
  }
  if (!own) return { verdict: 'allowed', by: limited ? `SIDECAR_PROFILE ${everyone.join(' ')}` : 'no restriction' }
  const found = ruleOfCaller(asked, ambiguity, restrictions)
  if ('by' in found) return { verdict: 'allowed', by: found.by }
  const verdict = restrictions.report ? 'reported' : 'refused'
  return { verdict, rule: found, wanted: wanted(asked), effect: effectOf(asked) }
}

function ruleForEveryone(
  asked: Asked,
  ambiguity: Ambiguity | undefined,
  everyone: readonly ProfileName[],
): RefusalRule | undefined {
  if (ambiguity !== undefined) return { kind: 'ambiguous', what: ambiguity, sidecarProfile: true }
  const profile = everyone.find((name) => !allows(name, asked))
  return profile === undefined ? undefined : { kind: 'sidecar_profile', profile }
}

/** The rule that refuses, or the one that allows. */
function ruleOfCaller(
  asked: Asked,
  ambiguity: Ambiguity | undefined,
  { profiles, allow, deny }: Restrictions,
): RefusalRule | { by: string } {
  if (ambiguity !== undefined) return { kind: 'ambiguous', what: ambiguity, sidecarProfile: false }
  const denying = deny.filter((line) => concerns(line, asked.method))
  const path = denying.length + allow.length > 0 ? segmentsOf(asked.path) : []
  // In any letter case: the right one is unknown for paths that the catalogue lacks.
  const lower = denying.length > 0 ? path.map((segment) => segment.toLowerCase()) : []
  const denied = denying.find((line) => matchesAnyCase(line, asked.method, lower))
  if (denied !== undefined) return { kind: 'deny', line: denied.line }
  const refusing = profiles.find((name) => !allows(name, asked))
  if (refusing === undefined && profiles.length > 0) return { by: `profile ${profiles.join(' ')}` }
  if (profiles.length === 0 && allow.length === 0) return { by: 'no deny line' }
  const allowing = allow.find((line) => matchesSegments(line, asked.method, path))
  if (allowing !== undefined) return { by: `allow line ${allowing.line}` }
  return refusing === undefined ? { kind: 'no_allow_line' } : { kind: 'profile', profile: refusing }
}

/** Outside of the catalogue only the method DELETE tells an effect. */
function effectOf({ method, operation }: Asked): Effect | undefined {
  return operation?.effect ?? (method === 'DELETE' ? 'delete' : undefined)
}

/** The `allow` line that would let a request pass, without ids. */
function wanted({ method, path, operation }: Asked): string {
  const template = operation?.template ?? pathTemplate(path).replace(/…$/, '**')
  const pattern = template.split('/').map((segment) => (segment.includes('{') ? '*' : segment))
  return `${method === 'HEAD' ? 'GET' : method} ${pattern.join('/')}`
}
