import { type ProfileName, profileNames } from '../../operations/profiles.ts'
import { parseListenAddresses } from '../../settings/listen-address.ts'
import { type RepeatMode, repeatModes } from '../../settings/sidecar-settings.ts'
import { parseList } from '../../settings/values.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import type { AtLine, Section } from '../caller.ts'
import { parseLine } from '../judge/rule-line.ts'
import type { RuleLine } from '../restrictions.ts'
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
  users: AtLine<number>[]
  profiles: ProfileName[]
  allow: RuleLine[]
  deny: RuleLine[]
  report: AtLine<boolean> | undefined
  maxInFlight: AtLine<number> | undefined
  rate: AtLine<number> | undefined
  repeats: AtLine<RepeatMode> | undefined
  /** It has a key, listen or user line, even a wrong one. */
  recognisable: boolean
}

/** The problem of a line that has a key anywhere in it. */
export const aKeyItself =
  'has a key itself, and everybody who can read this file would have it: replace it by a new one (catapa-sidecar key prints it), and write only the line key = sha256:… of that here'

function readKey(section: Draft, { value, line, say }: Rule): void {
  const digest = /^sha256:([\da-f]{64})$/i.exec(value)?.[1]?.toLowerCase()
  if (digest === undefined) {
    say('should be sha256: and 64 hex digits, as catapa-sidecar key prints them (the digest of the key, not the key)')
  } else section.keys.push({ value: digest, line })
}

function readListen(section: Draft, { value, line, say }: Rule): void {
  const addresses = parseListenAddresses(value, (problem = 'should be an address'): undefined => {
    say(`is wrong: ${problem}${instead(value)}`)
  })
  for (const address of addresses) section.listen.push({ value: address, line })
}

function readUser(section: Draft, { value, line, userOf, say }: Rule): void {
  const user = userOf(value)
  if (typeof user === 'number') section.users.push({ value: user, line })
  else say(`${isPlain(value) ? `(${value}) ` : ''}${user.flaw}`)
}

function readProfiles(section: Draft, { value, say }: Rule): void {
  for (const word of parseList(value)) {
    const profile = profileNames.find((name) => name === word)
    if (profile === undefined)
      say(`should be of ${profileNames.join(', ')}${instead(word)}${didYouMean(word, profileNames)}`)
    else if (section.profiles.includes(profile)) say(`names ${profile}, which this section has already`)
    else section.profiles.push(profile)
  }
}

function readLine(lines: RuleLine[], { value, line, say }: Rule): void {
  const read = parseLine(value, line)
  if ('flaw' in read) say(read.flaw)
  else lines.push(read)
}

function readReport(section: Draft, { value, line, say }: Rule): void {
  if (section.report !== undefined) say(`stands in line ${section.report.line} already`)
  else if (!/^(true|false)$/i.test(value)) say(`should be true or false${instead(value)}`)
  section.report ??= { value: value.toLowerCase() === 'true', line }
}

function readMaxInFlight(section: Draft, { value, line, say }: Rule): void {
  const before = section.maxInFlight
  if (before !== undefined) say(`stands in line ${before.line} already`)
  else if (!/^[1-9]\d{0,5}$/.test(value)) say(`should be a whole number from 1 to 999999${instead(value)}`)
  section.maxInFlight ??= { value: Number(value), line }
}

function readRate(section: Draft, { value, line, say }: Rule): void {
  const before = section.rate
  if (before !== undefined) say(`stands in line ${before.line} already`)
  else if (!/^\d{1,6}(\.\d{1,6})?$/.test(value) || Number(value) === 0) {
    say(`should be requests per second: a number above 0 and below 1000000, such as 20 or 0.5${instead(value)}`)
  }
  section.rate ??= { value: Number(value), line }
}

function readRepeats(section: Draft, { value, line, say }: Rule): void {
  const before = section.repeats
  const mode = repeatModes.find((one) => one === value)
  if (before !== undefined) say(`stands in line ${before.line} already`)
  else if (mode === undefined) say(`should be ${repeatModes.join(', ')}${instead(value)}`)
  else section.repeats = { value: mode, line }
}

/** The lines that a section can have (design/promises 8.2, 10.2 and 12.1). */
export const rules: Readonly<Record<string, (section: Draft, rule: Rule) => void>> = {
  key: readKey,
  listen: readListen,
  user: readUser,
  profile: readProfiles,
  allow: (section, rule) => readLine(section.allow, rule),
  deny: (section, rule) => readLine(section.deny, rule),
  report: readReport,
  'max-in-flight': readMaxInFlight,
  rate: readRate,
  repeats: readRepeats,
}
