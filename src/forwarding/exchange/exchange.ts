import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { errorCode } from '../../files/errno.ts'
import { ProblemError } from '../../problems/problem.ts'
import type { Call } from '../call.ts'
import { statusOf } from '../life/life.ts'
import { PausedError } from '../turns/paused-error.ts'
import { asExchangeProblem, malformedAnswer, withReach } from './exchange-problem.ts'
import { takeData, takeEnd, takeHead } from './take-answer.ts'
import { limitMs, type Phase, silence } from './time-limits.ts'

/** A request as it goes to CATAPA. */
export type UpstreamRequest = {
  method: string
  target: string
  headers: string[]
  body: Buffer | Readable | null
}

type Exchange = {
  readonly call: Call
  readonly stream: Readable | undefined
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
  phase: Phase
  /** No byte of an answer has come. */
  unanswered: boolean
  /** The caller takes no more at the moment. */
  paused: boolean
  /** Tells undici to give up; there once it has a connection. */
  abort: ((reason: Error) => void) | undefined
  failure: Error | undefined
  /** Kept for the next phase if that lasts as long: c=1, with five other things: 183 → 178 µs a request. */
  timer: NodeJS.Timeout | undefined
  timerMs: number
  /** The call was broken off. One function for all: one for each would keep every request alive for long (docs/design/cost.md). */
  readonly end: (this: Exchange, reason: Error) => void
}

/**
 * One exchange with CATAPA: one request out, one answer in, byte for byte, with back-pressure both ways, time limits
 * by phase, and an end when the caller leaves. Nothing is ever repeated here.
 *
 * @throws ProblemError; PausedError, if nothing may be sent; an error of taking the answer; the reason of an early end
 */
export function exchange(call: Call, outgoing: UpstreamRequest): Promise<void> {
  if (call.endedEarly !== undefined) return Promise.reject(call.endedEarly)
  return new Promise((resolve, reject) => {
    const { method, target: path, headers, body } = outgoing
    const stream = body === null || Buffer.isBuffer(body) ? undefined : body
    if (stream?.errored) return reject(stream.errored) // Nobody will hear of it any more.
    const state: Exchange = {
      call,
      stream,
      resolve,
      reject,
      phase: 'connecting',
      unanswered: true,
      paused: false,
      abort: undefined,
      failure: undefined,
      timer: undefined,
      timerMs: 0,
      end: broken,
    }
    call.underWay = state
    stream?.once('error', (error) => failBelow(state, error))
    call.context.dispatcher.dispatch({ method, path, headers, body, reset: false }, handler(state))
    // Mostly a connection was there, and undici has written the request already.
    if (state.phase === 'connecting') begin(state, 'connecting')
  })
}

function begin(state: Exchange, phase: Phase): void {
  const ms = limitMs(phase, state.call.context.config)
  state.phase = phase
  if (state.timer !== undefined && ms === state.timerMs) return void state.timer.refresh()
  clearTimeout(state.timer)
  state.timer = setTimeout(timeUp, ms, state)
  state.timerMs = ms
}

function broken(this: Exchange, reason: Error): void {
  fail(this, reason)
}

function timeUp(state: Exchange): void {
  fail(state, silence(state))
}

/** Fails with an error from below HTTP. */
function failBelow(state: Exchange, error: Error): void {
  fail(state, asExchangeProblem(error, state.phase === 'connecting'))
}

/** Fails with a problem that does not know yet how far the request has come; undici writes as soon as it has connected. */
function fail(state: Exchange, error: Error): void {
  const reached = state.phase === 'connecting' ? 'no' : 'maybe'
  end(state, error instanceof ProblemError ? withReach(error, reached, state.unanswered) : error)
}

/** Fails with an error of taking the answer: a problem says whether CATAPA has acted; another error is a head that cannot be passed on. */
function failTaking(state: Exchange, error: unknown): void {
  if (error instanceof ProblemError) end(state, error)
  else fail(state, malformedAnswer('not_passable', error))
}

/** Ends the exchange early; a request that undici has not written yet is never written then. */
function end(state: Exchange, error: Error): void {
  if (state.phase === 'ended') return
  close(state)
  state.failure = error
  state.abort?.(error)
  state.stream?.destroy()
  state.reject(error)
}

function complete(state: Exchange): void {
  if (state.phase === 'ended') return
  close(state)
  takeEnd(state.call)
  state.resolve()
}

function close(state: Exchange): void {
  clearTimeout(state.timer)
  state.call.underWay = undefined
  state.phase = 'ended'
}

/** With what is not among undici's types: called when the whole request has been written. */
type Handler = Dispatcher.DispatchHandler & { readonly state: Exchange; onRequestSent(): void }

/**
 * This alone knows undici's handler. It is the one with raw header Buffers, deprecated but a tenth cheaper on undici 7
 * (design/libraries 97); undici 8 has a new one that is as cheap, and needs Node 22.19. All exchanges share its functions.
 */
function handler(state: Exchange): Handler {
  // grip: handler of undici
  return {
    state,
    onConnect,
    onBodySent,
    onRequestSent,
    onResponseStarted,
    onHeaders,
    onData,
    onComplete,
    onError,
  }
}

function onConnect(this: Handler, abort: (reason: Error) => void): void {
  const { state } = this
  if (state.phase === 'ended') throw state.failure // Unlike `abort`, this leaves the connection to the next request.
  const pauseMs = state.call.context.places.pauseLeftMs()
  if (pauseMs > 0) {
    end(state, new PausedError(pauseMs)) // The connection came about too late.
    throw state.failure
  }
  state.abort = abort
  state.call.record.reached = 'maybe' // undici writes at once.
  begin(state, state.stream === undefined ? 'awaiting' : 'sending')
}

function onBodySent(this: Handler): void {
  this.state.timer?.refresh()
}

function onRequestSent(this: Handler): void {
  if (this.state.phase === 'sending') begin(this.state, 'awaiting')
}

function onResponseStarted(this: Handler): void {
  this.state.unanswered = false
}

function onHeaders(this: Handler, status: number, rawHeaders: Buffer[], resume: () => void): boolean {
  const { state } = this
  if (state.phase === 'ended') return false
  if (status >= 102 && status < 200) return true // 1xx answers are not passed on.
  if (status < 200 || hasForeignCoding(rawHeaders)) {
    fail(state, malformedAnswer('not_http'))
    return false
  }
  begin(state, 'answering')
  try {
    takeHead(state.call, { status, rawHeaders, resume: () => goOn(state, resume) })
  } catch (error) {
    failTaking(state, error)
  }
  return true
}

function onData(this: Handler, chunk: Buffer): boolean {
  const { state } = this
  if (state.phase === 'ended') return false
  state.timer?.refresh()
  try {
    state.paused = !takeData(state.call, chunk)
  } catch (error) {
    failTaking(state, error)
    return false
  }
  return !state.paused
}

function onComplete(this: Handler): void {
  complete(this.state)
}

function onError(this: Handler, error: Error): void {
  const { state } = this
  // A 304 may state the length of the body that it does not have (RFC 9110 §15.4.5); undici takes it at its word.
  const bodiless = state.phase === 'answering' && statusOf(state.call.life) === 304
  if (bodiless && errorCode(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') complete(state)
  else failBelow(state, error)
}

/** The caller has taken what there was. */
function goOn(state: Exchange, resume: () => void): void {
  if (state.phase === 'ended') return
  state.paused = false
  state.timer?.refresh()
  resume()
}

/**
 * The one coding that HTTP/1.1 peers share; another would have to be undone, and cannot be passed on (RFC 9112 §7). By the
 * length first: 13 names cost 0.1 µs so, and 3 µs as text.
 */
function hasForeignCoding(rawHeaders: readonly Buffer[]): boolean {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length !== 17) continue
    if (rawHeaders[i]?.toString('latin1').toLowerCase() !== 'transfer-encoding') continue
    if (rawHeaders[i + 1]?.toString('latin1').toLowerCase() !== 'chunked') return true
  }
  return false
}
