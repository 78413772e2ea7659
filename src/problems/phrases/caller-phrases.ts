import type { FactsOf, RefusalRule } from '../failure.ts'
import { ambiguities, ambiguityWords } from './ambiguities.ts'
import { refusalWords } from './refusal-words.ts'
import { afterCertificate, certificateFlaw, certificateForOperator } from './shown-certificate-phrases.ts'
import type { Table } from './table.ts'

/** The name of a rule in log, page and commands: in English, as people search for it. */
export function ruleName(rule: RefusalRule): string {
  switch (rule.kind) {
    case 'profile':
      return `profile ${rule.profile}`
    case 'sidecar_profile':
      return `SIDECAR_PROFILE ${rule.profile}`
    case 'deny':
      return `deny line ${rule.line}`
    case 'no_allow_line':
      return 'no allow line'
    case 'ambiguous':
      return `ambiguous: it has ${ambiguities[rule.what][0]}`
  }
}

/** The next step after a refusal. Where it is probably as it should be, that comes first. */
function afterRefusal(refusal: FactsOf['not_allowed']): string {
  const { effect, rule, wanted } = refusal
  const { deeds, asMeant } = refusalWords()
  const deed = effect && deeds[effect]
  const wouldAllow = whatWouldAllow(refusal)
  return deed === undefined || rule.kind === 'ambiguous' ? wouldAllow : asMeant(deed, wanted, wouldAllow)
}

/** The change that would let the request pass, as a sentence. */
export function whatWouldAllow({
  caller,
  rule,
  wanted,
}: Pick<FactsOf['not_allowed'], 'caller' | 'rule' | 'wanted'>): string {
  const said = refusalWords()
  switch (rule.kind) {
    case 'profile':
    case 'no_allow_line':
      return said.lineWouldAllow(wanted, caller === undefined ? undefined : `[${caller === 'other' ? '*' : caller}]`)
    case 'sidecar_profile':
      return said.profileWouldAllow
    case 'deny':
      return said.withoutLine(rule.line)
    case 'ambiguous':
      return said.oneWayOnly(ambiguityWords()[rule.what][1])
  }
}

function refusal({ caller, rule }: FactsOf['not_allowed']): string {
  const { ambiguous, notAllowed } = refusalWords()
  return rule.kind === 'ambiguous'
    ? ambiguous(caller, ambiguityWords()[rule.what][0])
    : notAllowed(caller, ruleName(rule))
}

type Unknown = FactsOf['caller_unknown']

function unknownInWords(facts: Unknown): string {
  return facts.shown === 'certificate' ? certificateFlaw(facts) : refusalWords().unknown[facts.shown]
}

/** The key and the name of an unknown program, by which people can find it. */
function unknownToOperator(facts: Unknown): string {
  const { shown, claimed, key, keyOf } = facts
  const said = refusalWords()
  if (shown === 'certificate') return certificateForOperator(facts)
  if (key === undefined) return said.unknown[shown]
  if (shown === 'two_callers') return said.keyOfSecond(key, keyOf)
  return keyOf === undefined ? said.keyOfNobody(key, claimed) : said.keyOfAnother(key, keyOf, claimed)
}

function afterUnknown(facts: Unknown): string {
  const { shown, key, keyOf, claimed } = facts
  const said = refusalWords()
  if (shown === 'certificate') return said.afterCertificate(afterCertificate(facts))
  if (shown === 'nobody') return said.afterNobody
  if (shown === 'repeated') return said.afterRepeated
  if (shown === 'two_callers' || key === undefined) return said.afterTwoCallers
  if (keyOf !== undefined) return said.afterWrongName
  return said.afterWrongKey(claimed === undefined || claimed === '…' ? undefined : `[${claimed}]`)
}

/** Callers, and the restrictions on them (design/promises 8), in the language that is spoken. */
export const callerPhrases = {
  caller_unknown: [
    unknownInWords,
    ({ shown }) => (shown === 'repeated' ? refusalWords().sendOnce : refusalWords().showWho),
    afterUnknown,
    unknownToOperator,
  ],
  not_allowed: [refusal, afterRefusal],
} satisfies Partial<Table>
