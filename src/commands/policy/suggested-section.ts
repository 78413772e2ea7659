import { everyone } from '../../callers/caller.ts'
import { operations } from '../../operations/catalogue.ts'
import type { ProfileName } from '../../operations/profiles.ts'
import { allowLines, type Done, type DoneOperation, profileAllows, type Tally } from './done.ts'

/** Most operations that get an `allow` line each: a person can still read them. */
const mostOperations = 12
/** Most `allow` lines beside a profile. */
const mostBeside = 5
/** Most operations that one comment names. */
const mostNamed = 20

/** Profiles that list what is allowed. The others list what is refused and allow nearly everything: they are never suggested. */
const narrow: readonly ProfileName[] = ['read-only', 'payroll-input', 'time-import', 'directory']
const wide: readonly ProfileName[] = ['no-approvals', 'no-delete', 'no-bulk-delete']

/** A suggestion for a caller: rule lines, and comments on its calls. `wanted`: the operations that the rules have to allow. */
export type SuggestedSection = Readonly<{
  comments: readonly string[]
  rules: readonly string[]
  wanted: readonly DoneOperation[]
}>

/** The narrowest rules that allow all calls of a caller. */
export function suggestedSection(done: Done): SuggestedSection {
  const wanted = [...done.wanted.keys()].sort()
  const { note, lines } = rules(wanted)
  return { comments: [seen(done), ...note, ...remarks(done)], rules: lines, wanted }
}

/** The section as it stands in a file of its own. */
export function sectionText(name: string, { comments, rules: lines, wanted }: SuggestedSection): string {
  // A section with neither profile nor allow line would allow everything.
  const head = wanted.length === 0 ? `# [${name}] made no call that a line should allow.` : `[${name}]`
  const [first = '', ...others] = comments
  const keep =
    name === everyone || wanted.length === 0 ? [] : ['# Its key, listen, certificate and user lines stay as they are.']
  return [head, first, ...keep, ...others, ...lines].join('\n')
}

const ofOurs = [
  /^# \d+ requests?, \d+ operations?(, from .* UTC)?\.$/,
  /^# (Shorter, but wide|No profile but full allows|Allowed here, though|Counted, though|Left out, since|Its key, listen(, certificate)? and user lines stay)/,
]

/** Whether a line of a file is a comment that an earlier suggestion left there. */
export function isSuggestedComment(line: string): boolean {
  return ofOurs.some((form) => form.test(line))
}

function seen({ requests, wanted, first, last }: Done): string {
  const times = first === '' ? '' : `, from ${minute(first)} to ${minute(last)} UTC`
  return `# ${plural(requests, 'request')}, ${plural(wanted.size, 'operation')}${times}.`
}

function rules(wanted: readonly DoneOperation[]): { note: string[]; lines: string[] } {
  if (wanted.length === 0) return { note: [], lines: [] }
  const beside = (profile: ProfileName) => wanted.filter((done) => !profileAllows(profile, done))
  const suggested = narrowest(narrow.filter((profile) => beside(profile).length <= mostBeside))
  if (wanted.length > mostOperations && suggested !== undefined) {
    return { note: [], lines: [`profile = ${suggested}`, ...allowLines(beside(suggested))] }
  }
  return { note: [`# ${alternative((profile) => beside(profile).length === 0)}`], lines: allowLines(wanted) }
}

/** A comment that names a profile which would do without `allow` lines. */
function alternative(covers: (profile: ProfileName) => boolean): string {
  const narrower = narrowest(narrow.filter(covers))
  if (narrower !== undefined) return `Shorter, but wider: profile = ${narrower} allows all of it.`
  const wider = narrowest(wide.filter(covers))
  return wider === undefined
    ? 'No profile but full allows all of it.'
    : `Shorter, but wide open: profile = ${wider} allows all of it, and nearly everything else.`
}

/** The profile that allows the fewest of CATAPA's operations. */
function narrowest(profiles: readonly ProfileName[]): ProfileName | undefined {
  const breadth = (profile: ProfileName) =>
    operations.filter(({ method, template }) => profileAllows(profile, `${method} ${template}`)).length
  return profiles.toSorted((one, other) => breadth(one) - breadth(other))[0]
}

function remarks({ wanted, leftOut, against }: Done): string[] {
  const allowed = [...against].map(([saying, tally]) => `# ${saying}: ${named(tally)}.`)
  const left = [...leftOut].flatMap(([reason, tally]) => {
    const rest = new Map([...tally].filter(([done]) => !wanted.has(done)))
    return rest.size === 0 ? [] : [`# Left out, since ${reason}: ${named(rest)}.`]
  })
  return [...allowed, ...left]
}

function named(tally: Tally): string {
  const shown = [...tally].slice(0, mostNamed).map(([done, times]) => `${done} (${times})`)
  const more = tally.size - shown.length
  return `${shown.join(', ')}${more > 0 ? `, and ${plural(more, 'other operation')}` : ''}`
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
