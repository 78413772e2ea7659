import { performance } from 'node:perf_hooks'
import { lingerOnClose, resetConnection } from '../../http/closing.ts'
import { askForBody } from '../../http/expect-continue.ts'
import { hasBody } from '../../http/framing.ts'
import type { TraceStep } from '../../log/call-trace.ts'
import { isOf } from '../../problems/failure.ts'
import { asProblem, ProblemError } from '../../problems/problem.ts'
import type { AccessToken } from '../../tokens/token-source.ts'
import { type Call, enter } from '../call.ts'
import { beforeSending } from '../call-entries.ts'
import { exchange, type UpstreamRequest } from '../exchange/exchange.ts'
import { requestBody } from '../exchange/request-body.ts'
import { passKept } from '../exchange/take-answer.ts'
import { requestHeaders } from '../headers.ts'
import { checkTenant } from '../judging/tenant-rule.ts'
import type { WriteOfCall } from '../repeats/repeats.ts'
import { PausedError } from '../turns/paused-error.ts'
import { advance } from './advance.ts'
import { CallerGoneError, whileServed } from './end-early.ts'
import {
  type Asking,
  born,
  type End,
  failed,
  hadPlace,
  type Life,
  type Next,
  type Over,
  onEnd,
  onLost,
  onNoToken,
  onNotStarted,
  onPaused,
  onPlace,
  onRepeat,
  onStart,
  onToken,
  type Past,
  reachedBefore,
  type Sent,
  type Starting,
  statusOf,
  type Waiting,
} from './life.ts'
import { prospectOf } from './prospect.ts'

/**
 * Everything that passed the guards: does what each phase of a call's life asks for, until that is over. Answers whatever
 * happens, and never rejects.
 */
export async function serve(call: Call): Promise<void> {
  enter(call)
  try {
    const { config } = call.context
    const repeats = call.context.repeats?.()
    if (repeats !== undefined) call.write = repeats.writeOf(call)
    if (hasBody(call.request)) {
      askForBody(call.request, call.response)
      call.body = await requestBody(call)
    }
    let life: Next = born
    if (repeats !== undefined && call.write !== undefined) {
      call.kept = await repeats.answerOfEarlier(call, call.write)
      if (call.kept !== undefined) life = onRepeat(born)
    }
    call.prospect = prospectOf(call, config)
    while (life.phase !== 'over') {
      const next = act(call, life)
      life = next instanceof Promise ? await next : next
      if (call.carried !== undefined && life.phase !== 'over') life = failed(life, new CallerGoneError())
      advance(call, life)
    }
    const concluded = conclude(call, life.end)
    if (concluded !== undefined) await concluded // A call that is no write needs no promise more.
  } catch (error) {
    const reason = asError(error)
    advance(call, failed(call.life, reason))
    await conclude(call, { as: 'failed', reason })
  }
  call.carried?.()
}

/** Answers, as far as that has not been done: with what was kept, or with why there is nothing. */
function conclude(call: Call, end: End): Promise<void> | undefined {
  const { write } = call
  if (write !== undefined && !write.settled)
    return settled(call, write, end).then((isThere) => answer(call, end, isThere))
  answer(call, end, true)
  return undefined
}

function answer(call: Call, end: End, isThere: boolean): void {
  if (end.as === 'failed') fail(call, end.reason)
  else if (end.as !== 'passed' && isThere) passKept(call)
}

/** @returns whether the caller of a write is still there */
async function settled(call: Call, write: WriteOfCall, end: End): Promise<boolean> {
  const { context, record, reply } = call
  if ((await context.repeats?.()?.settle(call, write)) !== false) {
    if (call.prospect.blind) lingerOnClose(call.request.socket) // Its error shows whether the answer arrived.
    return true
  }
  reply.hijack()
  if (call.kept === undefined || end.as === 'failed') return false
  record.fromUpstream = true
  record.unpassed = call.kept.head.status
  call.kept = undefined
  return false
}

function act(call: Call, life: Exclude<Next, Over>): Next | Promise<Next> {
  switch (life.phase) {
    case 'asking':
      return ask(call, life)
    case 'waiting':
      return getPlace(call, life)
    case 'starting':
      return start(call, life)
    case 'sent':
      return cross(call, life)
  }
}

/** The token of now, or the next one; after a 401 another one than was refused. */
function ask(call: Call, life: Asking): Next | Promise<Next> {
  const { tokens, places } = call.context
  const refused = life.kept?.token
  const current = refused === undefined ? tokens.current() : undefined
  if (current !== undefined) return onToken(life, current)
  return noted(
    call,
    places.waitFor(call, refused !== undefined, () => tokens.get(refused)),
  ).then((token) => onToken(life, token), unlessOver(call, life, onNoToken))
}

/** A place on the connections to CATAPA. */
function getPlace(call: Call, life: Waiting): Next | Promise<Next> {
  const { places } = call.context
  const seeking = { patient: call.prospect.reads, again: hadPlace(life) }
  if (places.take(call)) return onPlace(life, false)
  return places.turn(call, seeking).then(() => onPlace(life, true), unlessOver(call, life, onNotStarted))
}

/** Its line in the audit trail, where it needs one first, and the token of now: until then the one from before may have ended. */
function start(call: Call, life: Starting): Next | Promise<Next> {
  const begun = life.past.begun ? undefined : beforeSending(call)
  const token = begun === undefined ? (life.token ?? call.context.tokens.current()) : undefined
  if (token !== undefined) return onStart(life, token)
  return tokenNow(call, begun).then((token) => onStart(life, token), unlessOver(call, life, onNotStarted))
}

async function tokenNow(call: Call, begun: Promise<void> | undefined): Promise<AccessToken> {
  const { tokens } = call.context
  await begun
  return tokens.current() ?? (await noted(call, whileServed(call, tokens.get())))
}

/** A wait for a token, which its trace shows. */
function noted({ record }: Call, token: Promise<AccessToken>): Promise<AccessToken> {
  const steps = record.trace?.sampled?.steps
  if (steps === undefined) return token
  const at = performance.now()
  return token.finally(() => steps.push({ is: 'token', at, until: performance.now() }))
}

/** One exchange with CATAPA. Its head, its size and its end lead on. */
async function cross(call: Call, life: Sent): Promise<Next> {
  const { record, context, prospect } = call
  const at = performance.now()
  let lost: unknown
  record.sentAt = at
  record.upstreamMs = undefined
  record.reached = reachedBefore(life)
  try {
    await exchange(call, outgoingOf(call, life))
    const { life: now } = call
    if (now.phase !== 'keeping' && now.phase !== 'passing') throw new Error('an exchange without an answer')
    if (statusOf(now) !== 401) context.tokens.accepted(life.token)
    return onEnd(now, prospect)
  } catch (error) {
    lost = error
    const { life: now } = call
    if (now.phase !== 'sent') return failed(now, asError(error))
    if (error instanceof PausedError) return onPaused(now, prospect, error.leftMs)
    if (error instanceof ProblemError && error.unanswered) return onLost(now, prospect, error)
    return failed(now, asError(error))
  } finally {
    record.upstreamMs ??= performance.now() - at
    const steps = record.trace?.sampled?.steps
    if (steps !== undefined && !(lost instanceof PausedError)) steps.push(crossed(call, at, lost))
  }
}

/** The exchange as its trace shows it. A caller that has gone is no error. */
function crossed({ life }: Call, at: number, lost: unknown): TraceStep {
  const gone = lost === undefined || lost instanceof CallerGoneError
  const error = gone ? undefined : asProblem(asError(lost)).code
  return { is: 'exchange', at, until: performance.now(), status: statusOf(life), error }
}

/** @throws ProblemError where the credentials have been replaced by those of another tenant since it was judged */
function outgoingOf(call: Call, { token }: Sent): UpstreamRequest {
  const { request, judged, body, id } = call
  const { target } = judged
  if (target !== undefined && token.tenant !== judged.tenant) {
    checkTenant(request, target, token.tenant)
    call.judged = { ...judged, tenant: token.tenant }
  }
  const headers = requestHeaders(request, token, id)
  return { method: request.method ?? '', target: target?.forwarded ?? '/', headers, body }
}

/** Where a failed wait leads, unless there is nobody left to wait for. */
function unlessOver<L extends Life>(call: Call, life: L, step: (life: L, reason: Error) => Next) {
  return (reason: unknown): Next =>
    call.endedEarly === undefined ? step(life, asError(reason)) : failed(life, call.endedEarly)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : asProblem(error)
}

/** A problem that is of the last thing that was tried, with what CATAPA has done with the call before. */
function withThePast(past: Past, error: ProblemError): ProblemError {
  const { failure, cause, retryAfterMs, reached } = error
  const { lost } = past
  const told = reached === 'maybe' || isOf(failure, 'token_no_longer_current')
  if (!lost && (told || past.refused === undefined)) return error
  return new ProblemError(failure, { cause, retryAfterMs, reached: lost ? 'maybe' : 'no', refusedBefore: true })
}

/** No answer of CATAPA's: one of ours, unless that has begun, or nobody is there any more. */
function fail({ body, reply, response, record, life }: Call, why: Error): void {
  const reason = why instanceof ProblemError ? withThePast(life.past, why) : why
  if (body !== null && !Buffer.isBuffer(body)) body.destroy() // The caller may be writing still; the rest is discarded.
  if (reason instanceof CallerGoneError || response.destroyed) reply.hijack()
  else if (reply.sent) {
    record.problem = asProblem(reason)
    resetConnection(response)
  } else reply.send(reason)
}
