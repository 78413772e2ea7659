import { words } from '../../words/language.ts'
import { count, milliseconds, moment, plural, sum } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'

/** Texts about calls and failures. The browser loads this module, so it imports only units. */

type Trouble = Pick<Facts['errors'][number], 'code' | 'whose'>
type Titled = Pick<Facts['errors'][number], 'code' | 'title'>
type Call = Facts['recent'][number]

export const callWords = words('callWords', {
  blamed: {
    caller: 'the calling program',
    configuration: 'the configuration',
    machine: 'this machine',
    network: 'the network between here and CATAPA',
    catapa: 'CATAPA',
    sidecar: 'the sidecar',
  },
  /** In /api/status a title is English always. */
  title: ({ title }: Titled) => title,
  onBehalf: 'Calls are made on behalf of a person here.',
  likely: (whom: string) => `Most likely cause: ${whom}.`,
  /** When and how often an error happened, and to which call. */
  occurrence: (times: number, at: string, call: string | undefined, caller: string | undefined) => {
    const often = times === 1 ? 'once' : `${count(times)} times, last`
    return `${often} at ${at}${call === undefined ? '' : `, for ${call}${caller === undefined ? '' : ` by ${caller}`}`}`
  },
  everyoneElse: 'everyone else ([*])',
  wouldHaveBeenRefused: (answered: string, why: string) => `${answered}; would have been refused (${why})`,
  callerLeft: 'the caller left',
  waiting: (took: string, waited: string, what: string) => `${took}, ${waited} of it waiting (${what})`,
  waitedFor: (what: NonNullable<Call['waitedFor']>): string => (what === 'hold' ? 'pause' : what),
  noCall: 'No call in the last ten minutes.',
  traffic: (requests: number, failed: number, most: string) =>
    `${plural(requests, 'call')} in the last ten minutes, ${failed === 0 ? 'none' : count(failed)} failed; at most ${most} in ten seconds.`,
  latency: (mean: string, waited: string | undefined, slowest: string) =>
    `A call took ${mean} on average${waited === undefined ? '' : `, ${waited} of it waiting here`}, the slowest ${slowest}.`,
})

/** The most likely cause of a failure, as a sentence. */
export function likelyCause({ code, whose }: Trouble): string {
  if (code === 'login_required') return callWords().onBehalf
  return callWords().likely(callWords().blamed[whose])
}

/** The title of an error's code. */
export function problemTitle(error: Titled): string {
  return callWords().title(error)
}

/** When and how often an error happened, and to which call. */
export function occurrence({ at, count: times, ...call }: Facts['errors'][number], now: number): string {
  const of = call.path === undefined ? undefined : `${call.method ?? ''} ${call.path}`
  const by = call.caller === undefined || call.code === 'caller_unknown' ? undefined : named(call.caller)
  return callWords().occurrence(times, moment(at, now), of, by)
}

/** The caller's name in the callers file; log and metrics write `other` for `[*]`. */
export function named(caller: string): string {
  return caller === 'other' ? callWords().everyoneElse : caller
}

/** The caller of a call: its name, if the callers file has one, and its program. */
export function calledBy({ caller, address, program }: Call): string | undefined {
  if (address === undefined) return program
  return program === undefined ? caller : `${caller}, ${program}`
}

/** The origin of the answer, and whether the call would have been refused. */
export function outcome(call: Call): string {
  const { wouldHaveBeenRefused: why } = call
  return why === undefined ? answeredBy(call) : callWords().wouldHaveBeenRefused(answeredBy(call), why)
}

function answeredBy({ origin, problem, callerGone }: Call): string {
  if (problem !== undefined) return `sidecar: ${problem}`
  if (callerGone) return callWords().callerLeft
  return origin === 'catapa' ? 'CATAPA' : 'sidecar'
}

/** How long a call took, and how much of that it waited in the sidecar. */
export function tookFor({ durationMs, waitedMs, waitedFor }: Call): string {
  const took = milliseconds(durationMs)
  if (waitedMs === undefined || waitedFor === undefined) return took
  return callWords().waiting(took, milliseconds(waitedMs), callWords().waitedFor(waitedFor))
}

export function trafficSummary(points: Facts['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return callWords().noCall
  const failed = sum(points.map((point) => point.failed))
  const most = Math.max(...points.map((point) => point.requests))
  return callWords().traffic(requests, failed, count(most))
}

export function latencySummary(points: Facts['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return callWords().noCall
  const mean = sum(points.map((point) => point.meanMs * point.requests)) / requests
  const waited = sum(points.map((point) => point.meanWaitedMs * point.requests)) / requests
  const slowest = Math.max(...points.map(({ maxMs }) => maxMs))
  return callWords().latency(milliseconds(mean), waited > 0 ? milliseconds(waited) : undefined, milliseconds(slowest))
}
