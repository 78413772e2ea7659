import { type ProfileName, profileNames } from '../../operations/profiles.ts'
import { addressWords } from '../../settings/address-words.ts'
import { parseListenAddresses } from '../../settings/listen-address.ts'
import { type RepeatMode, repeatModes } from '../../settings/sidecar-settings.ts'
import { parseList } from '../../settings/values.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { AtLine, Section } from '../caller.ts'
import { parseLine } from '../judge/rule-line.ts'
import type { RuleLine } from '../restrictions.ts'
import { callerRuleWords } from './caller-rule-words.ts'
import { parseCertificate } from './certificate-line.ts'
import { instead, isPlain } from './unquoted.ts'

/** Looks up a user of the system. */
export type UserOf = (name: string) => number | { flaw: string }

/** `name = value` of a section. `say` takes a problem, worded to follow `name in [section] `. */
export type Rule = Readonly<{ value: string; line: number; userOf: UserOf; say: (problem: string) => void }>

/** A section while it is read. */
export type Draft = {
  name: string
  line: number
  keys: AtLine<string>[]
  listen: Section['listen'][number][]
  certificates: AtLine<string>[]
  users: AtLine<number>[]
  profiles: ProfileName[]
  allow: RuleLine[]
  deny: RuleLine[]
  report: AtLine<boolean> | undefined
  maxInFlight: AtLine<number> | undefined
  rate: AtLine<number> | undefined
  repeats: AtLine<RepeatMode> | undefined
  /** It has a line of `recognising`, even a wrong one. */
  recognisable: boolean
}

function readLine(lines: RuleLine[], { value, line, say }: Rule): void {
  const read = parseLine(value, line)
  if ('flaw' in read) say(read.flaw)
  else lines.push(read)
}

/** For a line that a section has once, of which the first counts. @param should what is said of a wrong value; undefined if it is right */
function once<Value>(
  before: AtLine<Value> | undefined,
  value: Value,
  should: string | undefined,
  { value: text, line, say }: Rule,
): AtLine<Value> {
  if (before !== undefined) say(callerRuleWords().already(before.line))
  else if (should !== undefined) say(should + instead(text))
  return before ?? { value, line }
}

/** The lines by which a caller is known. */
export const recognising = ['key', 'listen', 'certificate', 'user']

/** The lines that a section can have (design/promises 8.2, 10.2 and 12.1). */
export const rules: Readonly<Record<string, (section: Draft, rule: Rule) => void>> = {
  key(section, { value, line, say }) {
    const digest = /^sha256:([\da-f]{64})$/i.exec(value)?.[1]?.toLowerCase()
    if (digest === undefined) {
      say(callerRuleWords().key)
    } else section.keys.push({ value: digest, line })
  },
  listen(section, { value, line, say }) {
    const addresses = parseListenAddresses(value, (problem = addressWords().shouldBeAddress): undefined => {
      say(callerRuleWords().wrong(problem) + instead(value))
    })
    for (const address of addresses) section.listen.push({ value: address, line })
  },
  certificate(section, { value, line, say }) {
    const shown = parseCertificate(value)
    if (typeof shown === 'string') section.certificates.push({ value: shown, line })
    else say(shown.flaw)
  },
  user(section, { value, line, userOf, say }) {
    const user = userOf(value)
    if (typeof user === 'number') section.users.push({ value: user, line })
    else say(`${isPlain(value) ? `(${value}) ` : ''}${user.flaw}`)
  },
  profile(section, { value, say }) {
    for (const word of parseList(value)) {
      const profile = profileNames.find((name) => name === word)
      if (profile === undefined)
        say(callerRuleWords().profile(profileNames) + instead(word) + didYouMean(word, profileNames))
      else if (section.profiles.includes(profile)) say(callerRuleWords().profileTwice(profile))
      else section.profiles.push(profile)
    }
  },
  allow: (section, rule) => readLine(section.allow, rule),
  deny: (section, rule) => readLine(section.deny, rule),
  report(section, rule) {
    const value = rule.value.toLowerCase()
    const should = value === 'true' || value === 'false' ? undefined : callerRuleWords().report
    section.report = once(section.report, value === 'true', should, rule)
  },
  'max-in-flight'(section, rule) {
    const should = /^[1-9]\d{0,5}$/.test(rule.value) ? undefined : callerRuleWords().maxInFlight
    section.maxInFlight = once(section.maxInFlight, Number(rule.value), should, rule)
  },
  rate(section, rule) {
    const isFit = /^\d{1,6}(\.\d{1,6})?$/.test(rule.value) && Number(rule.value) > 0
    const should = isFit ? undefined : callerRuleWords().rate
    section.rate = once(section.rate, Number(rule.value), should, rule)
  },
  repeats(section, rule) {
    const mode = repeatModes.find((one) => one === rule.value)
    section.repeats = once(
      section.repeats,
      mode ?? 'off',
      mode === undefined ? callerRuleWords().repeats(repeatModes) : undefined,
      rule,
    )
  },
}
