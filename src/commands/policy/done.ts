import { everyone, everyoneElse } from '../../callers/caller.ts'
import { type DoneOperation, isKnown } from './done-operation.ts'
import type { LoggedRequest } from './logged-request.ts'

/** How often. */
export type Tally = Map<DoneOperation, number>

/** What one caller did, as the log tells it. */
export type Done = {
  requests: number
  first: string
  last: string
  /** What it is to go on doing. */
  wanted: Tally
  /** What does not count, by the reason. */
  leftOut: Map<string, Tally>
  /** What deny lines would have refused, by the line. */
  denied: Map<string, Tally>
}

/** By the name of the section. */
export type DoneByCallers = Map<string, Done>

/** Counts a request for the section that it belongs to. */
export function count(callers: DoneByCallers, request: LoggedRequest): void {
  const { fromCatapa, problem, callerGone, time, wouldHaveBeenRefused } = request
  // Answered by the sidecar and no failure: the placeholder, or a preflight. CATAPA never hears of them.
  if (!fromCatapa && problem === undefined && !callerGone) return
  const done = doneBy(callers, sectionOf(request.caller))
  done.requests += 1
  if (done.first === '' || (time !== '' && time < done.first)) done.first = time
  if (time > done.last) done.last = time
  // Judged as GET (design/promises 8.6).
  const operation = `${request.method === 'HEAD' ? 'GET' : request.method} ${request.path}`
  const reason = whyLeftOut(request, isKnown(operation))
  add(reason === undefined ? done.wanted : tallyOf(done.leftOut, reason), operation)
  if (wouldHaveBeenRefused?.startsWith('deny line')) add(tallyOf(done.denied, wouldHaveBeenRefused), operation)
}

/** Where there is no callers file the log has addresses: whoever calls from one could be anyone. */
function sectionOf(caller: string): string {
  return caller !== everyoneElse && /^[a-z0-9][a-z0-9-]{0,31}$/.test(caller) ? caller : everyone
}

/** The sidecar's own answers that say no, whatever the caller's profile: its program has to change first. */
const refusals = new Set([
  ...['policy_denied', 'caller_unknown', 'origin_not_allowed', 'host_not_allowed', 'method_not_allowed'],
  ...['bad_request', 'headers_too_large', 'loop_detected'],
])

/** Undefined where a request counts: it succeeded, or failed in a way that says nothing against it. */
function whyLeftOut(request: LoggedRequest, known: boolean): string | undefined {
  const { fromCatapa, status, problem, wouldHaveBeenRefused } = request
  if (wouldHaveBeenRefused?.startsWith('ambiguous')) {
    return `${wouldHaveBeenRefused.replace('ambiguous: ', '')}, which no line can allow`
  }
  if (!fromCatapa)
    return problem !== undefined && refusals.has(problem) ? `the sidecar refused it (${problem})` : undefined
  if (status === 403) return 'CATAPA refused it (403)'
  return !known && (status === 404 || status === 405) ? `CATAPA does not know it (${status})` : undefined
}

function doneBy(callers: DoneByCallers, section: string): Done {
  const known = callers.get(section)
  if (known !== undefined) return known
  const done = { requests: 0, first: '', last: '', wanted: new Map(), leftOut: new Map(), denied: new Map() }
  callers.set(section, done)
  return done
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name)
  if (known !== undefined) return known
  const tally: Tally = new Map()
  tallies.set(name, tally)
  return tally
}

function add(tally: Tally, operation: DoneOperation): void {
  tally.set(operation, (tally.get(operation) ?? 0) + 1)
}
