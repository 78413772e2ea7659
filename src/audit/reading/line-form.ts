import { type FormVersion, formVersions, memberNames } from '../audit-line.ts'

// A line in Latin-1, one character a byte. One expression checks members, order and spelling, in a fifth of the time of
// JSON.parse and JSON.stringify, which would not see the order.

const plain = String.raw`[^"\\\x00-\x1f]`
const escaped = String.raw`\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))`
const text = `"${plain}*(?:${escaped}${plain}*)*"`
/** Numbers that every program reads alike: at most 15 digits (IEEE 754), and none that some would write with an exponent. */
const number = String.raw`(?:(?:0|[1-9]\d{0,10})(?:\.\d{0,3}[1-9])?|[1-9]\d{11,14})`
const value = `(?:${text}|${number})`
const hex = '[0-9a-f]{64}'

/** The expression of a member. Only the event is required; `detail` is an object of texts and numbers. */
function memberForm(name: string): string {
  if (name === 'event') return `,"event":"([a-z-]+)"`
  if (name === 'detail') return `(?:,"detail":(\\{(?:${text}:${value}(?:,${text}:${value})*)?\\}))?`
  return `(?:,"${name}":${value})?`
}
/** Sticky: each member begins at the end of the one before, and no text is tried twice. */
const inDetail = new RegExp(`[{,](${text}):${value}`, 'gy')
const time = String.raw`[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`

const timeForm = new RegExp(`^${time}$`)

/** `seq`, `time`, `event`, `detail`, `prev` and `hash` of a line in its one form (design/promises 9.2). */
function formOf(version: FormVersion): RegExp {
  const members = memberNames[version].map(memberForm)
  return new RegExp(
    `^\\{"v":${version},"seq":([1-9]\\d{0,14}),"time":"(${time})"${members.join('')},"prev":"(${hex})","hash":"(${hex})"\\}$`,
  )
}

const forms: Readonly<Record<FormVersion, RegExp>> = { 1: formOf(1), 2: formOf(2), 3: formOf(3) }

/** Whether a line has a member of guarded writes. Within a text its quotes would be escaped. */
export function isOfGuardedWrite(bytes: string): boolean {
  return /,"(?:fingerprint|delivered|repeatOf)":/.test(beforeDetail(bytes))
}

/** The version that a line with these members has. */
function versionIn(bytes: string): FormVersion {
  if (beforeDetail(bytes).includes(',"traceId":')) return 3
  return isOfGuardedWrite(bytes) ? 2 : 1
}

function beforeDetail(bytes: string): string {
  const detail = bytes.indexOf(',"detail":{')
  return detail === -1 ? bytes : bytes.slice(0, detail)
}

export type FormedLine = Readonly<{
  seq: number
  time: string
  event: string
  /** As the bytes have it, in Latin-1. */
  detail: string | undefined
  prev: string
  hash: string
}>

/** @param bytes the line without its line feed, in Latin-1 */
export function readForm(bytes: string): FormedLine | undefined {
  const found = forms[versionIn(bytes)].exec(bytes)
  if (found === null) return undefined
  const [, seq = '', time = '', event = '', detail, prev = '', hash = ''] = found
  return { seq: Number(seq), time, event, detail, prev, hash }
}

/** As Date.parse, for the time of a line; undefined for any other text and for days such as 30 February. */
export function instantOf(text: unknown): number | undefined {
  const at = typeof text === 'string' && timeForm.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString() === text ? at : undefined
}

/** Whether `detail` has a name twice: readers would differ in which of the two counts. Each name has one spelling. */
export function hasNameTwice({ detail }: FormedLine): boolean {
  if (detail === undefined) return false
  const names = Array.from(detail.matchAll(inDetail), ([, name]) => name)
  return new Set(names).size < names.length
}

/** Why a line is not in this form, as the end of a sentence that begins with "it". */
export function flawOfForm(bytes: string): string {
  if (bytes === '') return 'is empty'
  if (bytes.startsWith('\xef\xbb\xbf')) return 'begins with a byte order mark'
  if (bytes.endsWith('\r')) return 'ends with CR LF instead of LF'
  if (bytes.includes('\0')) return 'has NUL bytes in it'
  const version = /^\{"v":(\d{1,9}),/.exec(bytes)?.[1]
  if (version !== undefined && !formVersions.some((known) => known === Number(version))) {
    return `has version ${version} of the form, and this program knows versions 1 to ${formVersions.at(-1)}`
  }
  return isJson(bytes)
    ? 'does not have the members of a line of the trail, in their order and spelling'
    : 'is no line of a trail'
}

function isJson(bytes: string): boolean {
  try {
    JSON.parse(bytes)
    return true
  } catch {
    return false
  }
}
