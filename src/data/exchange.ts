import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { ProblemError, type Reached } from '../errors.ts'
import { transportFailure } from '../transport-error.ts'
import { type Caller, CallerGoneError } from './caller.ts'

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
 * undici 7 (PERFORMANCE.md, Levers); undici 8 has a new one that is as cheap, and needs Node 22.19.
 *
 * @throws ProblemError; what the caller's `breakOff` was called with
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, target, headers, body }: UpstreamRequest,
  limits: TimeLimits,
  caller: Caller,
  sink: AnswerSink,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = body === null || Buffer.isBuffer(body) ? undefined : body
    let reached: Reached = 'no'
    let unanswered = true
    let answering = false
    let paused = false
    let ended: Error | undefined
    let breakOff: ((reason: Error) => void) | undefined
    let timer = setTimeout(silent, limits.connectTimeoutMs, connectTimeout)

    function wait(ms: number, problem: () => ProblemError): void {
      clearTimeout(timer)
      timer = setTimeout(silent, ms, problem)
    }

    function silent(problem: () => ProblemError): void {
      fail(problem(), false)
    }

    /** Ends the exchange early; a request that undici has not written yet is never written then. */
    function fail(error: Error, lost: boolean): void {
      if (ended !== undefined) return
      clearTimeout(timer)
      caller.breakOff = undefined
      ended = error
      breakOff?.(error)
      stream?.destroy()
      reject(error instanceof ProblemError ? complete(error, reached, lost && unanswered) : error)
    }

    caller.breakOff = (reason) => fail(reason, false)
    stream?.once('error', (error) => fail(asExchangeProblem(error, reached), false))

    dispatcher.dispatch(
      { method, path: target, headers, body, reset: false },
      {
        onConnect(abort) {
          if (ended !== undefined) return abort(ended)
          breakOff = abort
          reached = 'maybe' // undici writes as soon as this returns.
          if (stream === undefined) wait(limits.responseTimeoutMs, responseTimeout)
          else wait(limits.bodyTimeoutMs, () => requestSilence(stream))
        },
        onBodySent() {
          timer.refresh()
        },
        // Not among undici's types: called when the whole request has been written.
        ...{
          onRequestSent() {
            if (stream !== undefined && !answering && ended === undefined)
              wait(limits.responseTimeoutMs, responseTimeout)
          },
        },
        onResponseStarted() {
          unanswered = false
        },
        onHeaders(status, rawHeaders, resume) {
          if (status < 200) return true // 1xx answers are not passed on.
          answering = true
          wait(limits.bodyTimeoutMs, () => (paused ? unread() : bodyTimeout()))
          sink.head(status, rawHeaders, () => {
            if (ended !== undefined) return
            paused = false
            timer.refresh()
            resume()
          })
          return true
        },
        onData(chunk) {
          timer.refresh()
          paused = !sink.data(chunk)
          return !paused
        },
        onComplete() {
          if (ended !== undefined) return
          clearTimeout(timer)
          caller.breakOff = undefined
          ended = completed
          sink.end()
          resolve()
        },
        onError(error) {
          fail(asExchangeProblem(error, reached), true)
        },
      },
    )
  })
}

const completed = new Error('the exchange is complete')

function complete(
  { code, detail, cause, proxyError }: ProblemError,
  reached: Reached,
  unanswered: boolean,
): ProblemError {
  return new ProblemError(code, detail, { cause, proxyError, reached, unanswered })
}

function connectTimeout(): ProblemError {
  return new ProblemError(
    'upstream_timeout',
    'No connection to CATAPA came about in time; check the network, or try again.',
    {
      proxyError: 'connection_timeout',
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
  return new ProblemError('upstream_timeout', 'The answer of CATAPA fell silent; try again.', {
    proxyError: 'connection_read_timeout',
  })
}

function unread(): ProblemError {
  return new ProblemError('request_timeout', 'The caller stopped reading the answer.', {
    proxyError: 'connection_write_timeout',
  })
}

/** In a request body either the caller sends nothing, or CATAPA reads nothing. */
function requestSilence(body: Readable): ProblemError {
  if (body.isPaused()) {
    return new ProblemError('upstream_timeout', 'CATAPA stopped reading the request; try again.', {
      proxyError: 'connection_write_timeout',
    })
  }
  return new ProblemError('request_timeout', 'The request body fell silent; send it without pauses.')
}

function asExchangeProblem(error: Error, reached: Reached): Error {
  if (error instanceof ProblemError || error instanceof CallerGoneError) return error
  if (Reflect.get(error, 'code') === 'UND_ERR_INVALID_ARG') {
    return new ProblemError('bad_request', 'The request has a header that cannot be forwarded; send it without.', {
      cause: error,
    })
  }
  const { kind, because, proxyError } = transportFailure(error)
  const options = { cause: error, proxyError }
  if (kind === 'untrusted') {
    return new ProblemError(
      'upstream_tls_untrusted',
      `The certificate that answered for CATAPA is not trusted: ${because}. If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.`,
      options,
    )
  }
  if (kind === 'timeout') return connectTimeout()
  if (reached === 'no') {
    return new ProblemError(
      'upstream_unreachable',
      `CATAPA could not be reached: ${because}. Check the network, CATAPA_BASE_URL and HTTPS_PROXY.`,
      options,
    )
  }
  return new ProblemError('upstream_closed', `CATAPA gave no complete answer: ${because}.`, options)
}
