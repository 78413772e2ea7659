import { type ProfileName, profileNames } from '../../operations/profiles.ts'
import { parseListenAddresses } from '../../settings/listen-address.ts'
import { type RepeatMode, repeatModes } from '../../settings/sidecar-settings.ts'
import { parseList } from '../../settings/values.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { AtLine, Section } from '../caller.ts'
import { parseLine } from '../judge/rule-line.ts'
import type { RuleLine } from '../restrictions.ts'
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

/** The problem of a line that has a key anywhere in it. */
export const aKeyItself =
  'has a key itself, and everybody who can read this file would have it: replace it by a new one (catapa-sidecar key prints it), and write only the line key = sha256:… of that here'

function readLine(lines: RuleLine[], { value, line, say }: Rule): void {
  const read = parseLine(value, line)
  if ('flaw' in read) say(read.flaw)
  else lines.push(read)
}

/** For a line that a section has once, of which the first counts. @param should undefined if its value is right */
function once<Value>(
  before: AtLine<Value> | undefined,
  value: Value,
  should: string | undefined,
  { value: text, line, say }: Rule,
): AtLine<Value> {
  if (before !== undefined) say(`stands in line ${before.line} already`)
  else if (should !== undefined) say(`should be ${should}${instead(text)}`)
  return before ?? { value, line }
}

/** The lines by which a caller is known. */
export const recognising = ['key', 'listen', 'certificate', 'user']

/** The lines that a section can have (design/promises 8.2, 10.2 and 12.1). */
export const rules: Readonly<Record<string, (section: Draft, rule: Rule) => void>> = {
  key(section, { value, line, say }) {
    const digest = /^sha256:([\da-f]{64})$/i.exec(value)?.[1]?.toLowerCase()
    if (digest === undefined) {
      say('should be sha256: and 64 hex digits, as catapa-sidecar key prints them (the digest of the key, not the key)')
    } else section.keys.push({ value: digest, line })
  },
  listen(section, { value, line, say }) {
    const addresses = parseListenAddresses(value, (problem = 'should be an address'): undefined => {
      say(`is wrong: ${problem}${instead(value)}`)
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
        say(`should be of ${profileNames.join(', ')}${instead(word)}${didYouMean(word, profileNames)}`)
      else if (section.profiles.includes(profile)) say(`names ${profile}, which this section has already`)
      else section.profiles.push(profile)
    }
  },
  allow: (section, rule) => readLine(section.allow, rule),
  deny: (section, rule) => readLine(section.deny, rule),
  report(section, rule) {
    const value = rule.value.toLowerCase()
    const should = value === 'true' || value === 'false' ? undefined : 'true or false'
    section.report = once(section.report, value === 'true', should, rule)
  },
  'max-in-flight'(section, rule) {
    const should = /^[1-9]\d{0,5}$/.test(rule.value) ? undefined : 'a whole number from 1 to 999999'
    section.maxInFlight = once(section.maxInFlight, Number(rule.value), should, rule)
  },
  rate(section, rule) {
    const isFit = /^\d{1,6}(\.\d{1,6})?$/.test(rule.value) && Number(rule.value) > 0
    const should = isFit ? undefined : 'requests per second: a number above 0 and below 1000000, such as 20 or 0.5'
    section.rate = once(section.rate, Number(rule.value), should, rule)
  },
  repeats(section, rule) {
    const mode = repeatModes.find((one) => one === rule.value)
    section.repeats = once(
      section.repeats,
      mode ?? 'off',
      mode === undefined ? repeatModes.join(', ') : undefined,
      rule,
    )
  },
}
