import type { OutputFlaw } from '../problems/failure.ts'
import type { Config, Credentials } from '../settings/config.ts'
import { credentialSettings } from '../settings/credential-settings.ts'
import { checkClientId } from '../settings/cross-checks.ts'
import { memberAt } from '../words/member-at.ts'

type Member = keyof typeof credentialSettings

const members = ['tenant', 'clientId', 'clientSecret'] as const satisfies readonly Member[]

/** What a command printed: some of the credentials, and when the secret expires, on the wall clock. */
type Printed = Readonly<Partial<Record<Member, string>> & { expiresAt?: number | undefined }>

/** Whole credentials, and when their secret expires. */
export type Fetched = Readonly<{ credentials: Credentials; expiresAt: number | undefined }>

/**
 * The credentials that a command printed, together with those that are set: the secret on one line, or a JSON object. Its flaw
 * never quotes it.
 */
export function readOutput(
  output: Uint8Array,
  set: Credentials,
  clientAuth: Config['clientAuth'],
): Fetched | { flaw: OutputFlaw } {
  const printed = parsed(output)
  if ('flaw' in printed) return printed
  const values = { tenant: set.tenant, clientId: set.clientId, clientSecret: '' }
  for (const member of members) {
    const value = printed[member]
    if (value === undefined) continue
    if (values[member] !== '' && values[member] !== value) return flaw({ kind: 'differs', member })
    if (!isFit(member, value, clientAuth)) return flaw({ kind: 'unfit', member })
    values[member] = value
  }
  const missing = members.find((member) => values[member] === '')
  if (missing !== undefined) return flaw({ kind: 'lacks', member: missing })
  return { credentials: { ...values, from: set.from }, expiresAt: printed.expiresAt }
}

function flaw(what: OutputFlaw): { flaw: OutputFlaw } {
  return { flaw: what }
}

function parsed(output: Uint8Array): Printed | { flaw: OutputFlaw } {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(output).replace(/\r?\n$/, '')
  } catch {
    return flaw({ kind: 'not_text' })
  }
  if (text.trim() === '') return flaw({ kind: 'empty' })
  if (text.trimStart().startsWith('{')) return fromJson(text)
  return /[\r\n]/.test(text) ? flaw({ kind: 'several_lines' }) : { clientSecret: text }
}

function fromJson(text: string): Printed | { flaw: OutputFlaw } {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return flaw({ kind: 'not_json' })
  }
  const printed: { [Key in Member]?: string } = {}
  for (const member of members) {
    const value = memberAt(found, member) ?? undefined // `null` is "not there".
    if (value === undefined) continue
    if (typeof value !== 'string') return flaw({ kind: 'unfit', member })
    printed[member] = value
  }
  if (printed.clientSecret === undefined) return flaw({ kind: 'lacks', member: 'clientSecret' })
  const expires = memberAt(found, 'expiresAt') ?? undefined
  const expiresAt = expires === undefined ? undefined : instantOf(expires)
  return Number.isNaN(expiresAt) ? flaw({ kind: 'expires_at' }) : { ...printed, expiresAt }
}

/** Judged as the settings of these names are. */
function isFit(member: Member, value: string, clientAuth: Config['clientAuth']): boolean {
  let fit = true
  const report = (): undefined => {
    fit = false
  }
  credentialSettings[member].read(value, report, new Map())
  if (member === 'clientId') checkClientId(value, clientAuth, report)
  return fit
}

const iso8601 = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?))?$/i
/** The end of the year 9999: more is a time in milliseconds. */
const lastSecond = 253_402_300_799

/** ISO 8601, with the zone of a time of day, or seconds since 1970 → ms since 1970; NaN for anything else. */
export function instantOf(value: unknown): number {
  const seconds = typeof value === 'string' && /^\d{1,12}(\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof seconds === 'number') return seconds >= 0 && seconds <= lastSecond ? seconds * 1000 : Number.NaN
  if (typeof value !== 'string' || !iso8601.test(value)) return Number.NaN
  // The forms that Date knows: `T`, a dot, and a zone with minutes.
  const [day = '', time] = value.toUpperCase().replace(' ', 'T').replace(',', '.').split('T')
  if (time === undefined) return Date.parse(day)
  return Date.parse(
    `${day}T${time.replace(/([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`)}`,
  )
}
