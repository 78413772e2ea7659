import { count, milliseconds, moment, plural, sum } from '../../words/units.ts'
import type { Facts } from '../status/known-facts.ts'

/** Texts about calls and failures. The browser loads this module, so it imports only units. */

const blamed: Record<Trouble['whose'], string> = {
  caller: 'the calling program',
  configuration: 'the configuration',
  machine: 'this machine',
  network: 'the network between here and CATAPA',
  catapa: 'CATAPA',
  sidecar: 'the sidecar',
}

type Trouble = Pick<Facts['errors'][number], 'code' | 'whose'>

/** The most likely cause of a failure, as a sentence. */
export function likelyCause({ code, whose }: Trouble): string {
  if (code === 'login_required') return 'Calls are made on behalf of a person here.'
  return `Most likely cause: ${blamed[whose]}.`
}

/** When and how often an error happened, and to which call. */
export function occurrence({ at, count: times, ...call }: Facts['errors'][number], now: number): string {
  const often = times === 1 ? 'once' : `${count(times)} times, last`
  const by = call.caller === undefined || call.code === 'caller_unknown' ? '' : ` by ${named(call.caller)}`
  return `${often} at ${moment(at, now)}${call.path === undefined ? '' : `, for ${call.method ?? ''} ${call.path}${by}`}`
}

/** The caller's name in the callers file; log and metrics write `other` for `[*]`. */
export function named(caller: string): string {
  return caller === 'other' ? 'everyone else ([*])' : caller
}

type Call = Facts['recent'][number]

/** The caller of a call: its name, if the callers file has one, and its program. */
export function calledBy({ caller, address, program }: Call): string | undefined {
  if (address === undefined) return program
  return program === undefined ? caller : `${caller}, ${program}`
}

/** The origin of the answer, and whether the call would have been refused. */
export function outcome(call: Call): string {
  const { wouldHaveBeenRefused } = call
  const reported = wouldHaveBeenRefused === undefined ? '' : `; would have been refused (${wouldHaveBeenRefused})`
  return `${answeredBy(call)}${reported}`
}

function answeredBy({ origin, problem, callerGone }: Call): string {
  if (problem !== undefined) return `sidecar: ${problem}`
  if (callerGone) return 'the caller left'
  return origin === 'catapa' ? 'CATAPA' : 'sidecar'
}

/** How long a call took, and how much of that it waited in the sidecar. */
export function tookFor({ durationMs, waitedMs, waitedFor }: Call): string {
  const took = milliseconds(durationMs)
  if (waitedMs === undefined || waitedFor === undefined) return took
  return `${took}, ${milliseconds(waitedMs)} of it waiting (${waitedFor === 'hold' ? 'pause' : waitedFor})`
}

export function trafficSummary(points: Facts['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const failed = sum(points.map((point) => point.failed))
  const most = Math.max(...points.map((point) => point.requests))
  return `${plural(requests, 'call')} in the last ten minutes, ${failed === 0 ? 'none' : count(failed)} failed; at most ${count(most)} in ten seconds.`
}

export function latencySummary(points: Facts['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const mean = sum(points.map((point) => point.meanMs * point.requests)) / requests
  const waited = sum(points.map((point) => point.meanWaitedMs * point.requests)) / requests
  const ofIt = waited > 0 ? `, ${milliseconds(waited)} of it waiting here` : ''
  const slowest = Math.max(...points.map(({ maxMs }) => maxMs))
  return `A call took ${milliseconds(mean)} on average${ofIt}, the slowest ${milliseconds(slowest)}.`
}
