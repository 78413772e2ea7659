import type { Harm } from './book.ts'
import { type Answer, headerOf, type Lost } from './connection.ts'
import type { FakeCatapa } from './fake-catapa.ts'
import type { Findings } from './findings.ts'
import { answerTo, nameOf } from './ids.ts'
import type { Outputs } from './outputs.ts'
import type { Plants } from './plants.ts'
import type { Timeline } from './timeline.ts'

/** A request as its program knows it. */
export type Call = Readonly<{
  id: string
  target: string
  sidecar: number
  kind: 'read' | 'write'
  beganAt: number
  /** Earlier tries of the same write, whose answers this one may get. */
  earlier?: readonly string[]
}>

/** How it ended for the program: CATAPA's own answer to it, an error that is known to have done nothing, or neither. */
export type Outcome = 'answered' | 'not done' | 'unknown' | 'repeated'

export type Verdicts = Readonly<{
  of(call: Call, answer: Answer | Lost): Outcome
  /** For an error that the program has deserved. */
  asMeant(call: Call, answer: Answer | Lost): void
  /** Failures that a fault explains, by what the program saw and the fault: how many, and the first of them. */
  explained: Map<string, { times: number; first: string }>
  figures: { calls: number; failures: number }
}>

export type Ways = Readonly<{
  catapa: FakeCatapa
  findings: Findings
  timeline: Timeline
  plants: Plants
  outputs: Outputs
}>

/** Judges each answer as it comes. */
export function newVerdicts({ catapa, findings, timeline, plants, outputs }: Ways): Verdicts {
  const explained = new Map<string, { times: number; first: string }>()
  const figures = { calls: 0, failures: 0 }

  function fail(call: Call, seen: string, excuse: string | undefined, more = ''): void {
    figures.failures += 1
    if (excuse === undefined) {
      findings.add('no failure is avoidable', `${seen}: ${JSON.stringify(call)} ${more}`)
      return
    }
    const what = `${call.kind} ${seen}: ${excuse}`
    const known = explained.get(what)
    if (known === undefined) explained.set(what, { times: 1, first: `${JSON.stringify(call)} ${more}` })
    else known.times += 1
  }

  function judgeWhole(call: Call, answer: Answer): Outcome {
    const own = answerTo(call.id, call.target)
    let { body } = answer
    if (plants.take('foreign-answer')) body = answerTo('00000000', call.target)
    else if (plants.take('cut-answer')) body = body.slice(0, -1)
    if (body === own) return 'answered'
    if (call.earlier?.some((id) => answerTo(id, call.target) === body)) return 'answered'
    const isCut = own.startsWith(body)
    const rule = isCut ? 'each answer is whole' : 'each answer belongs to its request'
    findings.add(rule, `${JSON.stringify(call)} got ${body.slice(0, 200)}`)
    return 'answered'
  }

  /** Whether an error of the sidecar's says that CATAPA did not get the request, and whether that is so. */
  function saysNo(call: Call, { body }: Answer): boolean {
    outputs.look('an error', body)
    if (!body.includes('"reached":"no"')) return false
    if (catapa.book.hasArrived(call.id) || plants.take('reached-untrue')) {
      findings.add('reached "no" is true', `${JSON.stringify(call)} got ${body}`)
    }
    return true
  }

  function judgeOwnError(call: Call, answer: Answer, code: string, harms: readonly Harm[]): Outcome {
    const isNo = saysNo(call, answer)
    // Of a token that was no longer current the 401 is not passed on: the sidecar says so itself.
    const excuse =
      excuseOfOwn(timeline, call, code, harms) ?? (code === 'token_unavailable' ? excuseOf401(call, harms) : undefined)
    fail(call, `${answer.status} ${code}`, excuse, `${harms} ${answer.body}`)
    if (code === 'repeated') return 'repeated'
    return isNo ? 'not done' : 'unknown'
  }

  /** What explains an error status of CATAPA's: a read is sent once more after most, so one of them is no excuse. */
  function excuseOfStatus(call: Call, status: number, harms: readonly Harm[]): string | undefined {
    if (status === 401) return excuseOf401(call, harms)
    if (harms.some((harm) => harm === `${status}`)) return 'CATAPA said so'
    return call.kind === 'write' && harms.some((harm) => harm === `pause ${status}`)
      ? 'CATAPA asked for a pause'
      : undefined
  }

  function excuseOf401({ sidecar, beganAt, id }: Call, harms: readonly Harm[]): string | undefined {
    if (!harms.includes('401')) return undefined
    const now = performance.now()
    // It is sent once more with another token; that one can end, too.
    if (timeline.times('tokens ended', sidecar, beganAt - 500, now) > 1) return 'tokens ended twice'
    const promised = catapa.tokens.mayPass(sidecar, nameOf(id)?.life ?? 0)
    if (promised !== undefined) return promised
    return timeline.was('token endpoint', sidecar, beganAt, now, 5000) ? 'trouble with the token endpoint' : undefined
  }

  return {
    explained,
    figures,
    asMeant(call, answer) {
      figures.calls += 1
      if ('status' in answer) saysNo(call, answer)
    },
    of(call, answer) {
      figures.calls += 1
      const { book } = catapa
      const harms = [...book.harmsOf(call.id), ...(call.earlier ?? []).flatMap(book.recall)]
      if ('why' in answer) {
        if (
          answer.began &&
          !harms.includes('cut') &&
          !timeline.was('killed', call.sidecar, call.beganAt, performance.now(), 0)
        ) {
          findings.add('each answer is whole', `${answer.why} ${JSON.stringify(call)} ${harms}`)
        } else fail(call, `lost (${answer.why})`, excuseOfLost(timeline, call, harms), `${harms}`)
        return 'unknown'
      }
      const code = headerOf(answer, 'x-catapa-sidecar-error')
      if (code !== undefined) return judgeOwnError(call, answer, code, harms)
      const status = plants.take('unexplained-failure') ? 500 : answer.status
      if (status === (call.kind === 'read' ? 200 : 201)) return judgeWhole(call, answer)
      fail(call, `CATAPA's ${status}`, excuseOfStatus(call, status, harms), `${harms}`)
      return 'not done'
    },
  }
}

/** What explains it that there is no whole answer. */
function excuseOfLost(timeline: Timeline, { sidecar, beganAt }: Call, harms: readonly Harm[]): string | undefined {
  if (harms.includes('cut')) return 'CATAPA cut its answer'
  const now = performance.now()
  if (timeline.was('killed', sidecar, beganAt, now, 200)) return 'the sidecar was killed'
  // What was sent before TERM gets an answer.
  return timeline.was('ending', sidecar, beganAt, beganAt, 200) ? 'the sidecar was ending' : undefined
}

function excuseOfOwn(
  timeline: Timeline,
  { sidecar, beganAt, kind, earlier = [] }: Call,
  code: string,
  harms: readonly Harm[],
): string | undefined {
  const now = performance.now()
  const was = (trouble: Parameters<Timeline['was']>[0], graceMs: number) =>
    timeline.was(trouble, sidecar, beganAt, now, graceMs)
  const has = (...some: Harm[]) => some.find((harm) => harms.includes(harm))
  switch (code) {
    case 'draining':
    case 'interrupted':
      return was('ending', 0) ? 'TERM' : undefined
    case 'upstream_closed':
      // A read is sent once more if the connection is lost before the first byte of an answer.
      return kind === 'read' ? has('reset in the head') : has('reset early', 'reset late', 'reset in the head', 'cut')
    case 'upstream_timeout':
      return has('no answer')
    case 'overloaded':
      return kind === 'write' && was('pause', 500) ? 'CATAPA asked for a pause' : undefined
    case 'audit_unavailable':
      return kind === 'write' && was('disk full', 2000) ? 'the disk was full' : undefined
    case 'repeated':
      return earlier.length > 0 ? 'nobody knows of an earlier try' : undefined
    case 'token_unavailable': {
      const isWithout =
        was('tokens ended', 30_000) || was('killed', 30_000) || was('ending', 30_000) || was('clock', 30_000)
      if (!isWithout) return undefined
      return was('token endpoint', 5000) ? 'no token, and trouble with its endpoint' : undefined
    }
    default:
      return undefined
  }
}
