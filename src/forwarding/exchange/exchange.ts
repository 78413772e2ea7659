import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { ProblemError, type Reached } from '../../problems/problem.ts'
import { connectionLost, transportFailure } from '../../problems/transport.ts'
import { type Caller, CallerGoneError } from '../caller.ts'
import { silentCaller } from './request-body.ts'

export type TimeLimits = {
  connectTimeoutMs: number
  /** From the end of the request to the head of the response. */
  responseTimeoutMs: number
  /** Silence in a body, either way. */
  bodyTimeoutMs: number
}

/** A request as it goes to CATAPA. */
export type UpstreamRequest = {
  method: string
  target: string
  headers: string[]
  body: Buffer | Readable | null
}

/** Takes an answer as it arrives. What it throws ends the exchange. */
export type AnswerSink = {
  /** `resume` asks for more after `data` returned false. */
  head(status: number, rawHeaders: readonly Buffer[], resume: () => void): void
  /** @returns whether more may come at once */
  data(chunk: Buffer): boolean
  end(): void
}

/**
 * One exchange with CATAPA: one request out, one answer in, byte for byte, with back-pressure both ways, time limits
 * by phase, and an end when the caller leaves. Nothing is ever repeated here.
 *
 * This file alone knows undici's handler. It is the one with raw header Buffers, deprecated but a tenth cheaper on
 * undici 7 (design/libraries 97); undici 8 has a new one that is as cheap, and needs Node 22.19.
 *
 * @param earlier how far the request had come before
 * @throws ProblemError; what the sink threw; what the caller was broken off with
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, target, headers, body }: UpstreamRequest,
  limits: TimeLimits,
  caller: Caller,
  sink: AnswerSink,
  earlier: Reached,
): Promise<void> {
  if (caller.brokenOff !== undefined) return Promise.reject(caller.brokenOff)
  return new Promise((resolve, reject) => {
    const stream = body === null || Buffer.isBuffer(body) ? undefined : body
    if (stream?.errored) return reject(stream.errored) // Nobody will hear of it any more.
    let reached: Reached = 'no'
    let unanswered = true
    let answering = false
    let paused = false
    let bodiless = false
    let ended: Error | undefined
    let abort: ((reason: Error) => void) | undefined
    let timer: NodeJS.Timeout | undefined
    let timerMs = 0
    let problemOfSilence = connectTimeout

    function wait(ms: number, problem: () => ProblemError): void {
      problemOfSilence = problem
      if (timer !== undefined && ms === timerMs) return void timer.refresh()
      clearTimeout(timer)
      timer = setTimeout(silent, ms)
      timerMs = ms
    }

    function silent(): void {
      fail(problemOfSilence())
    }

    function fail(error: Error): void {
      const known = reached === 'no' ? earlier : reached
      end(error instanceof ProblemError ? told(error, known, unanswered) : error)
    }

    /** Ends the exchange early; a request that undici has not written yet is never written then. */
    function end(error: Error): void {
      if (ended !== undefined) return
      clearTimeout(timer)
      caller.onBreakOff = undefined
      ended = error
      abort?.(error)
      stream?.destroy()
      reject(error)
    }

    /** What the sink throws says by itself whether CATAPA has acted; anything but a problem is a head we cannot pass on. */
    function sinkFailed(error: unknown): void {
      if (error instanceof ProblemError) end(error)
      else fail(malformedAnswer('its answer cannot be passed on', error))
    }

    function complete(): void {
      if (ended !== undefined) return
      clearTimeout(timer)
      caller.onBreakOff = undefined
      ended = completed
      sink.end()
      resolve()
    }

    caller.onBreakOff = fail
    stream?.once('error', (error) => fail(asExchangeProblem(error, reached)))

    const handler: Handler = {
      onConnect(abortRequest) {
        if (ended !== undefined) throw ended // Unlike `abort`, this leaves the connection to the next request.
        abort = abortRequest
        reached = 'maybe' // undici writes as soon as this returns.
        if (stream === undefined) wait(limits.responseTimeoutMs, responseTimeout)
        else wait(limits.bodyTimeoutMs, () => requestSilence(stream))
      },
      onBodySent() {
        timer?.refresh()
      },
      onRequestSent() {
        if (stream !== undefined && !answering && ended === undefined) wait(limits.responseTimeoutMs, responseTimeout)
      },
      onResponseStarted() {
        unanswered = false
      },
      onHeaders(status, rawHeaders, resume) {
        if (ended !== undefined) return false
        if (status >= 102 && status < 200) return true // 1xx answers are not passed on.
        if (status < 200 || hasForeignCoding(rawHeaders)) {
          fail(malformedAnswer('its answer is not HTTP/1.1 as it should be'))
          return false
        }
        answering = true
        bodiless = status === 304
        wait(limits.bodyTimeoutMs, () => (paused ? unread() : bodyTimeout()))
        try {
          sink.head(status, rawHeaders, () => {
            if (ended !== undefined) return
            paused = false
            timer?.refresh()
            resume()
          })
        } catch (error) {
          sinkFailed(error)
        }
        return true
      },
      onData(chunk) {
        if (ended !== undefined) return false
        timer?.refresh()
        try {
          paused = !sink.data(chunk)
        } catch (error) {
          sinkFailed(error)
          return false
        }
        return !paused
      },
      onComplete: complete,
      onError(error) {
        // A 304 may state the length of the body that it does not have (RFC 9110 §15.4.5); undici takes it at its word.
        if (bodiless && Reflect.get(error, 'code') === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') complete()
        else fail(asExchangeProblem(error, reached))
      },
    }
    dispatcher.dispatch({ method, path: target, headers, body, reset: false }, handler)
    // Mostly a connection was there, and undici has written the request already.
    if (reached === 'no' && ended === undefined) wait(limits.connectTimeoutMs, connectTimeout)
  })
}

/** With what is not among undici's types: called when the whole request has been written. */
type Handler = Dispatcher.DispatchHandler & { onRequestSent(): void }

const completed = new Error('the exchange is complete')

/** A problem with what is known about how far the request came. */
function told(problem: ProblemError, reached: Reached, unanswered: boolean): ProblemError {
  const { code, detail, cause, proxyError, blame } = problem
  const lost = code === 'upstream_closed' && proxyError === connectionLost
  return new ProblemError(code, detail, { cause, proxyError, blame, reached, unanswered: lost && unanswered })
}

/** The one coding that HTTP/1.1 peers share; another would have to be undone, and cannot be passed on (RFC 9112 §7). */
function hasForeignCoding(rawHeaders: readonly Buffer[]): boolean {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.length !== 17) continue
    if (rawHeaders[i]?.toString('latin1').toLowerCase() !== 'transfer-encoding') continue
    if (rawHeaders[i + 1]?.toString('latin1').toLowerCase() !== 'chunked') return true
  }
  return false
}

function malformedAnswer(because: string, cause?: unknown): ProblemError {
  return new ProblemError('upstream_closed', `CATAPA gave no complete answer: ${because}.`, {
    cause,
    proxyError: 'http_protocol_error',
  })
}

function connectTimeout(): ProblemError {
  return new ProblemError(
    'upstream_timeout',
    'No connection to CATAPA came about in time; check the network, or try again.',
    {
      proxyError: 'connection_timeout',
      blame: {
        whose: 'network',
        remedy: 'Something on the way holds the connection up: check the firewall and HTTPS_PROXY, or try again.',
      },
    },
  )
}

function responseTimeout(): ProblemError {
  return new ProblemError(
    'upstream_timeout',
    'CATAPA did not answer within SIDECAR_RESPONSE_TIMEOUT; ask for less at a time, or raise the limit.',
  )
}

function bodyTimeout(): ProblemError {
  return new ProblemError('upstream_timeout', 'The answer of CATAPA fell silent for SIDECAR_BODY_TIMEOUT; try again.', {
    proxyError: 'connection_read_timeout',
  })
}

/** The caller takes nothing of what is there for it. */
export function unread(): ProblemError {
  return new ProblemError('request_timeout', 'The caller stopped reading the answer.', {
    proxyError: 'connection_write_timeout',
  })
}

/** In a request body either the caller sends nothing, or CATAPA reads nothing. */
function requestSilence(body: Readable): ProblemError {
  if (body.isPaused()) {
    return new ProblemError(
      'upstream_timeout',
      'CATAPA read nothing more of the request for SIDECAR_BODY_TIMEOUT; try again.',
      {
        proxyError: 'connection_write_timeout',
      },
    )
  }
  return silentCaller()
}

function asExchangeProblem(error: Error, reached: Reached): Error {
  if (error instanceof ProblemError || error instanceof CallerGoneError) return error
  if (Reflect.get(error, 'code') === 'UND_ERR_INVALID_ARG') {
    return new ProblemError('bad_request', 'The request has a header that cannot be forwarded; send it without.', {
      cause: error,
    })
  }
  const { kind, because, proxyError, blame } = transportFailure(error)
  const options = { cause: error, proxyError, blame }
  if (kind === 'untrusted') {
    return new ProblemError(
      'upstream_tls_untrusted',
      `The certificate that answered for CATAPA is not trusted: ${because}. If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.`,
      options,
    )
  }
  if (reached === 'no') {
    if (kind === 'timeout') return connectTimeout()
    return new ProblemError(
      'upstream_unreachable',
      `CATAPA could not be reached: ${because}. Check the network, CATAPA_BASE_URL and HTTPS_PROXY.`,
      options,
    )
  }
  return new ProblemError('upstream_closed', `CATAPA gave no complete answer: ${because}.`, options)
}
