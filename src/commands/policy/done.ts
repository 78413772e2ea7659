import { parseLine } from '../../callers/judge/rule-line.ts'
import { findOperation } from '../../operations/find-operation.ts'
import { allows, type ProfileName } from '../../operations/profiles.ts'
import { inLanguage } from '../../words/language.ts'
import type { MadeRequest } from './made-request.ts'

/** How often. */
export type Tally = Map<DoneOperation, number>

/** The calls of one caller. */
export type Done = {
  requests: number
  first: string
  last: string
  /** Operations to allow. */
  wanted: Tally
  /** Operations that do not count, by the reason. */
  leftOut: Map<string, Tally>
  /** Operations to allow although a rule line refuses them, by the comment on them. */
  against: Map<string, Tally>
}

/** By the name of the section. */
export type DoneByCallers = Map<string, Done>

/** Counts a request for the section that it belongs to. */
export function count(callers: DoneByCallers, request: MadeRequest): void {
  const { section, operation, time, reported } = request
  const done = at(callers, section, newDone)
  done.requests += 1
  if (done.first === '' || (time !== '' && time < done.first)) done.first = time
  if (time > done.last) done.last = time
  const reason = whyLeftOut(request)
  add(reason === undefined ? done.wanted : at(done.leftOut, reason, newTally), operation)
  if (reason !== undefined || reported === undefined) return
  const { rule, kind } = reported
  if (kind === 'deny') add(at(done.against, `Allowed here, though ${rule} says no`, newTally), operation)
  // A trail and older logs have only the name of the rule: people have to see whether it still refuses the call.
  if (kind === undefined)
    add(at(done.against, `Counted, though it would have been refused (${rule})`, newTally), operation)
}

/** Undefined if a request counts: it succeeded, or failed for another reason than a refusal. */
function whyLeftOut({ operation, status, refusedFor, reported }: MadeRequest): string | undefined {
  if (refusedFor !== undefined) return `the sidecar refused it (${refusedFor})`
  if (reported?.kind === 'ambiguous') return `no line can allow it (${reported.rule})`
  if (status === 403) return 'CATAPA refused it (403)'
  if ((status === 404 || status === 405) && asked(operation).operation === undefined)
    return `CATAPA does not know it (${status})`
  const flaw = lineFlaw(operation)
  return flaw === undefined ? undefined : `no line can allow it (a line ${flaw})`
}

const newDone = (): Done => ({
  ...{ requests: 0, first: '', last: '', wanted: new Map(), leftOut: new Map(), against: new Map() },
})
const newTally = (): Tally => new Map()

function at<Value>(all: Map<string, Value>, name: string, made: () => Value): Value {
  const known = all.get(name) ?? made()
  all.set(name, known)
  return known
}

function add(tally: Tally, operation: DoneOperation): void {
  tally.set(operation, (tally.get(operation) ?? 0) + 1)
}

/** An operation that a caller used, without ids: `GET /core/v1/employees/{id}`. */
export type DoneOperation = string

/** The operation as profiles judge it, with `{id}` for any id. */
function asked(done: DoneOperation) {
  const [method = '', path = ''] = done.split(' ')
  return { method, path, operation: findOperation(method, path) }
}

/** A request for the operation, with any id. */
export function exampleOf(done: DoneOperation): { method: string; path: string } {
  const { method, path } = asked(done)
  return { method, path: path.replaceAll('{id}', '0').replace(/…$/, '0') }
}

export function profileAllows(profile: ProfileName, done: DoneOperation): boolean {
  return allows(profile, asked(done))
}

/** Why no `allow` line can name the operation, for a comment, which is in English; or undefined. */
function lineFlaw(done: DoneOperation): string | undefined {
  const { method, path } = asked(done)
  const line = inLanguage('en', () => parseLine(`${method} ${patternOf(path)}`, 1))
  return 'flaw' in line ? line.flaw : undefined
}

/** `allow` lines for all operations, one for each path, in the order of the paths. */
export function allowLines(all: readonly DoneOperation[]): string[] {
  const methods = new Map<string, Set<string>>()
  for (const done of all) {
    const { method, path } = asked(done)
    const pattern = patternOf(path)
    methods.set(pattern, (methods.get(pattern) ?? new Set()).add(method))
  }
  return [...methods]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([pattern, names]) => `allow = ${[...names].sort().join(',')} ${pattern}`)
}

/** A path without ids as a pattern. `…` ends a path that was too long for the log. */
function patternOf(path: string): string {
  const segments = path.split('/').map((segment) => (segment.endsWith('{id}') ? '*' : segment))
  return segments.join('/').replace(/…$/, '**')
}
