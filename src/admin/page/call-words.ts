import { count, milliseconds, moment, plural, sum } from '../../words/units.ts'
import type { Status } from '../status/status.ts'

/** What is said of calls, and of those that failed. The browser loads this very module, so it imports nothing but units. */

const blamed: Record<Trouble['whose'], string> = {
  caller: 'the calling program',
  configuration: 'the configuration',
  machine: 'this machine',
  network: 'the network between here and CATAPA',
  catapa: 'CATAPA',
  sidecar: 'the sidecar',
}

type Trouble = Pick<Status['errors'][number], 'code' | 'whose'>

/** Where to look first. */
export function likelyCause({ code, whose }: Trouble): string {
  if (code === 'login_required') return 'Calls are made on behalf of a person here.'
  return `Most likely cause: ${blamed[whose]}.`
}

/** When, how often, and to what an error happened. */
export function occurrence({ at, count: times, ...call }: Status['errors'][number], now: number): string {
  const often = times === 1 ? 'once' : `${count(times)} times, last`
  const by = call.caller === undefined || call.code === 'caller_unknown' ? '' : ` by ${named(call.caller)}`
  return `${often} at ${moment(at, now)}${call.path === undefined ? '' : `, for ${call.method ?? ''} ${call.path}${by}`}`
}

/** As the callers file has it: `other` is a word of log and metrics. */
export function named(caller: string): string {
  return caller === 'other' ? 'everyone else ([*])' : caller
}

type Call = Status['recent'][number]

/** Who called: its name, where the callers file has one, and its program. */
export function calledBy({ caller, address, program }: Call): string | undefined {
  if (address === undefined) return program
  return program === undefined ? caller : `${caller}, ${program}`
}

/** Who made the answer, and whether the call would have been refused. */
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

/** How long it took, and what of that was no doing of CATAPA's. */
export function tookFor({ durationMs, waitedMs, waitedFor }: Call): string {
  const took = milliseconds(durationMs)
  if (waitedMs === undefined || waitedFor === undefined) return took
  return `${took}, ${milliseconds(waitedMs)} of it waiting (${waitedFor === 'hold' ? 'pause' : waitedFor})`
}

export function trafficSummary(points: Status['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const failed = sum(points.map((point) => point.failed))
  const most = Math.max(...points.map((point) => point.requests))
  return `${plural(requests, 'call')} in the last ten minutes, ${failed === 0 ? 'none' : count(failed)} failed; at most ${count(most)} in ten seconds.`
}

export function latencySummary(points: Status['traffic']['points']): string {
  const requests = sum(points.map((point) => point.requests))
  if (requests === 0) return 'No call in the last ten minutes.'
  const mean = sum(points.map((point) => point.meanMs * point.requests)) / requests
  const waited = sum(points.map((point) => point.meanWaitedMs * point.requests)) / requests
  const ofIt = waited > 0 ? `, ${milliseconds(waited)} of it waiting here` : ''
  const slowest = Math.max(...points.map(({ maxMs }) => maxMs))
  return `A call took ${milliseconds(mean)} on average${ofIt}, the slowest ${milliseconds(slowest)}.`
}
