import type { Effect } from '../../operations/operation.ts'
import type { FactsOf, RefusalRule } from '../failure.ts'
import { ambiguities } from './ambiguities.ts'
import { afterCertificate, certificateFlaw, certificateForOperator } from './shown-certificate-phrases.ts'
import type { Table } from './table.ts'

/** The name of a rule in log, page and commands. */
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

/** Effects that are not undone easily. */
const deeds: Readonly<Partial<Record<Effect, string>>> = {
  'bulk-delete': 'delete many records at once',
  delete: 'delete something',
  decide: 'approve, reject or undo something',
}

/** The next step after a refusal. Where it is probably as it should be, that comes first. */
function afterRefusal(refusal: FactsOf['not_allowed']): string {
  const { effect, rule } = refusal
  const deed = effect && deeds[effect]
  if (deed === undefined || rule.kind === 'ambiguous') return whatWouldAllow(refusal)
  const asMeant = `It would ${deed} (${refusal.wanted}), and was refused as meant: nothing has to be done`
  return `${asMeant}, unless this program should do that. ${whatWouldAllow(refusal)}`
}

/** The change that would let the request pass, as a sentence. */
export function whatWouldAllow({
  caller,
  rule,
  wanted,
}: Pick<FactsOf['not_allowed'], 'caller' | 'rule' | 'wanted'>): string {
  const section = caller === undefined ? undefined : `[${caller === 'other' ? '*' : caller}]`
  switch (rule.kind) {
    case 'profile':
    case 'no_allow_line':
      return `The line "allow = ${wanted}" in the section ${section} of the callers file would allow it.`
    case 'sidecar_profile':
      return 'Only another SIDECAR_PROFILE would allow it: it limits everyone.'
    case 'deny':
      return `Only without line ${rule.line} of the callers file would it be allowed: a deny line wins over everything.`
    case 'ambiguous':
      return `Callers with restrictions have to send what can be read in one way only: ${ambiguities[rule.what][1]}.`
  }
}

function refusal({ caller, rule }: FactsOf['not_allowed']): string {
  const of = caller === 'other' ? 'everyone else ([*])' : `the caller ${caller}`
  const who = caller === undefined ? 'The request' : `The request of ${of}`
  if (rule.kind === 'ambiguous') return `${who} has ${ambiguities[rule.what][0]}`
  return `${who} is not allowed (${ruleName(rule)})`
}

type Unknown = FactsOf['caller_unknown']

const unknown: Readonly<Record<Exclude<Unknown['shown'], 'certificate'>, string>> = {
  nobody: 'The sidecar does not know the program that calls',
  wrong_key: 'The sidecar does not know the key of the request, or not under the name that comes with it',
  two_callers: 'The request shows two different callers',
  repeated: 'The token request has its client_id or its client_secret more than once',
}

function unknownInWords(facts: Unknown): string {
  return facts.shown === 'certificate' ? certificateFlaw(facts) : unknown[facts.shown]
}

/** The key and the name of an unknown program, by which people can find it. */
function unknownToOperator(facts: Unknown): string {
  const { shown, claimed, key, keyOf } = facts
  if (shown === 'certificate') return certificateForOperator(facts)
  const name =
    claimed === undefined
      ? 'no name came with it'
      : claimed === '…'
        ? 'a name came with it that the callers file does not have'
        : `the name ${claimed} came with it`
  if (key === undefined) return unknown[shown]
  if (shown === 'two_callers') return `${unknown[shown]}; its key ${key}… is that of ${keyOf ?? 'nobody'}`
  return keyOf === undefined
    ? `The callers file does not have the key ${key}… of the request; ${name}`
    : `The key ${key}… of the request is that of ${keyOf}; ${name}`
}

const which = 'the line of the request in the log has its program, address and listener'

function afterUnknown(facts: Unknown): string {
  const { shown, key, keyOf, claimed } = facts
  if (shown === 'certificate') return `${afterCertificate(facts)}. Which program: ${which}.`
  if (shown === 'nobody') {
    return `It was refused as meant, unless this program should call: then give it a section in the callers file, or add [*] for everyone else. Which it is: ${which}.`
  }
  if (shown === 'repeated') return `Let the program send each of them once. Which program: ${which}.`
  if (shown === 'two_callers' || key === undefined) {
    return `Let the program show one caller only: its key, its listener, its certificate and its user have to be of one section. Which program: ${which}.`
  }
  if (keyOf !== undefined) {
    return `Let the program send its key with its own name, or without a name. Which program: ${which}.`
  }
  const of = claimed === undefined || claimed === '…' ? 'its section' : `[${claimed}]`
  return `Find the program (${which}), and give it a key of ${of}: a new one comes from "catapa-sidecar key". The digits are the first of the SHA-256 that the key lines of the callers file have. If no program of yours sends this key, it was refused as meant.`
}

/** Callers, and the restrictions on them (design/promises 8). */
export const callerPhrases = {
  caller_unknown: [
    unknownInWords,
    ({ shown }) =>
      shown === 'repeated'
        ? 'send each of them once'
        : "A program shows who it is by its key (as Authorization: Bearer, as the password of Basic, as X-Api-Key, or as the client secret of a token request), by the listener that it calls, by its certificate, or by the user that it runs as; the sidecar's callers file has to name one of them.",
    afterUnknown,
    unknownToOperator,
  ],
  not_allowed: [refusal, afterRefusal],
} satisfies Partial<Table>
