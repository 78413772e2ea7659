import { meantWord } from '../../words/did-you-mean.ts'
import { didYouMeanWords } from '../../words/did-you-mean-words.ts'
import { everyone, everyoneElse, type Section } from '../caller.ts'
import { hasKey, isKey } from '../key.ts'
import { callerRuleWords } from './caller-rule-words.ts'
import { callersFileWords } from './callers-file-words.ts'
import { type Draft, type Rule, recognising, rules, type UserOf } from './section-rules.ts'
import { instead, isPlain } from './unquoted.ts'

/** A problem in a line, counted from 1. It repeats only plain words of the line (`unquoted.ts`), since the rest may be a key. */
export type LineProblem = Readonly<{ line: number; problem: string }>

/** The sections as far as they could be read. */
export type ParsedCallers = Readonly<{ sections: readonly Section[]; problems: readonly LineProblem[] }>

type Place = Omit<Rule, 'value'>

/**
 * The text of a callers file (design/promises 8.2): sections `[name]` of lines `name = value`; `#` begins a comment only
 * at the start of a line. Anything unknown is a problem, and all problems are told at once.
 */
export function parseCallers(text: string, userOf: UserOf): ParsedCallers {
  const drafts: Draft[] = []
  const problems: LineProblem[] = []
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1
    readText(raw.trim(), drafts, { line, userOf, say: (problem) => problems.push({ line, problem }) })
  }
  return { sections: drafts.map(sectionOf), problems: [...problems, ...drafts.flatMap(flawsOf)] }
}

function readText(text: string, drafts: Draft[], place: Place): void {
  if (hasKey(text)) refuseKey(text, drafts, place)
  else if (text.startsWith(';')) place.say(callersFileWords().semicolon)
  else if (text !== '' && !text.startsWith('#')) readEntry(text, drafts, place)
}

function readEntry(text: string, drafts: Draft[], place: Place): void {
  // No valid value contains this: it is meant as a comment, and would become part of the value.
  const own = text.replace(/\s+[#;].*$/, '')
  if (own !== text) place.say(callersFileWords().commentAtEnd)
  if (own.startsWith('[')) drafts.push(newDraft(own, place))
  else readRule(own, drafts.at(-1), place)
}

/** A key is refused anywhere, also in a comment. Its section is not blamed for lacking a way to be known as well. */
function refuseKey(text: string, drafts: Draft[], { line, say }: Place): void {
  say(callersFileWords().keyItself)
  if (text.startsWith('[')) drafts.push({ ...emptyDraft('', line), recognisable: true })
  else for (const draft of drafts.slice(-1)) draft.recognisable = true
}

const nothing = { report: undefined, maxInFlight: undefined, rate: undefined, repeats: undefined }

function emptyDraft(name: string, line: number): Draft {
  const lists = { keys: [], listen: [], certificates: [], users: [], profiles: [], allow: [], deny: [] }
  return { name, line, ...lists, ...nothing, recognisable: false }
}

function newDraft(text: string, { line, say }: Place): Draft {
  const name = /^\[(.*)\]$/.exec(text)?.[1] ?? ''
  if (name === everyoneElse || name === 'anonymous') say(callersFileWords().takenName(name))
  if (name === everyone || /^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) return emptyDraft(name, line)
  say(callersFileWords().sectionName + instead(name))
  return emptyDraft('', line)
}

const ruleNames = Object.keys(rules)

function readRule(text: string, section: Draft | undefined, place: Place): void {
  const [, name = '', value = ''] = /^([^=]*?)\s*=\s*(.*)$/.exec(text) ?? []
  const read = Object.hasOwn(rules, name) ? rules[name] : undefined
  const flaw = flawOfRule(text, name, section)
  if (flaw !== undefined) place.say(flaw)
  else if (isKey(value)) place.say(callersFileWords().keyItself)
  else if (section !== undefined && read !== undefined) {
    const say = (problem: string) => place.say(ofRule(name, section, problem))
    if (value === '') say(callerRuleWords().noValue)
    else read(section, { ...place, value, say })
  }
}

function ofRule(name: string, section: Draft | undefined, flaw: string): string {
  return callersFileWords().ofRule(name, section?.name || undefined, flaw)
}

function flawOfRule(text: string, name: string, section: Draft | undefined): string | undefined {
  if (!text.includes('=')) return callersFileWords().noEntry
  const rule = Object.hasOwn(rules, name) ? name : meantWord(name, ruleNames)
  const recognises = recognising.some((one) => one === rule)
  // Also by a wrong line, which is a problem already.
  if (recognises && section !== undefined) section.recognisable = true
  if (rule !== name) {
    const words = callersFileWords()
    const end = rule === undefined ? words.knownRules(ruleNames) : didYouMeanWords().meant(rule)
    return words.unknownRule(isPlain(name) ? name : undefined, section?.name || undefined, end)
  }
  if (section === undefined) return callersFileWords().beforeSections
  if (!recognises || section.name !== everyone) return undefined
  return callersFileWords().ofEveryone(name)
}

/** Problems that show only once the whole file is read. */
function flawsOf({ name, line, recognisable }: Draft, index: number, all: readonly Draft[]): LineProblem[] {
  const first = all.slice(0, index).find((other) => other.name === name && name !== '')
  const flaws = [
    first && callersFileWords().twice(name, first.line),
    recognisable || name === everyone ? undefined : callersFileWords().unknowable,
  ]
  return flaws.flatMap((problem) => (problem === undefined ? [] : [{ line, problem }]))
}

function sectionOf(draft: Draft): Section {
  const { name, line, keys, listen, certificates, users, profiles, allow, deny, report } = draft
  const { maxInFlight, rate, repeats } = draft
  const restrictions = { profiles, allow, deny, report: report?.value === true }
  const limits = { maxInFlight: maxInFlight?.value, rate: rate?.value }
  return { name, line, keys, listen, certificates, users, restrictions, limits, repeats }
}
