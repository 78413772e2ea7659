import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ProblemError } from '../../problems/problem.ts'

const malformed = Symbol('malformed')
const malformedBodies = new WeakMap<IncomingMessage, ProblemError>()

/** Says that the body of a request turned out not to be HTTP, to whoever reads it or will. */
export function markMalformed(request: IncomingMessage, problem: ProblemError): void {
  malformedBodies.set(request, problem)
  request.emit(malformed, problem)
}

/** Whether a request has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && Number(length) > 0
}

/**
 * What Node's parser lets through and a proxy must not: its own idea of where the body ends would go on to CATAPA.
 *
 * @throws ProblemError `bad_request` for a coding other than that of HTTP/1.1, `body_too_large` for a body whose stated
 * length is over the limit
 */
export function checkFraming({ headers, httpVersion }: IncomingMessage, maxBytes: number): void {
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked')) {
    throw new ProblemError('bad_request', 'The body has a transfer coding other than "chunked"; send it without.')
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
}

/**
 * The body of a request if all of it has arrived: nothing is waited for but the rest of the packet that the head came
 * in. Sent as one piece it costs neither a stream nor a second write.
 */
export async function arrivedBody(request: IncomingMessage): Promise<Buffer | undefined> {
  await undefined // Node reads the body of a packet after the listeners of its head have run.
  const whole = request.readableLength > 0 && request.readableLength === Number(request.headers['content-length'])
  return whole ? request.read() : undefined
}

/**
 * The body of a request as a stream that undici may destroy: destroying the request itself would close the caller's
 * connection, and an early answer of CATAPA with it (design/libraries 26). Counts while streaming. Ends with a
 * ProblemError when the body is too large, or when the caller sent something that is not HTTP.
 */
export function streamedBody(request: IncomingMessage, maxBytes: number, onBytes: (count: number) => void): Readable {
  const declared = Number(request.headers['content-length'] ?? Number.NaN)
  let bytes = 0
  const body = new Readable({
    read: () => request.resume(),
    destroy(error, done) {
      request.resume() // What is left is read and discarded.
      done(error)
    },
  })
  body.on('error', () => {}) // Errors may come when nobody reads any more.
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    onBytes(chunk.length)
    if (body.destroyed) return
    if (bytes > maxBytes) {
      body.destroy(tooLarge())
      return
    }
    const mayComeMore = body.push(chunk)
    // Its end is not waited for: undici closes a connection whose answer comes before the end of the request.
    if (bytes === declared) body.push(null)
    else if (!mayComeMore) request.pause()
  })
  request.once('end', () => bytes !== declared && body.push(null))
  request.once('error', (error) => body.destroy(error))
  request.once(malformed, (problem: ProblemError) => body.destroy(problem))
  const problem = malformedBodies.get(request)
  if (problem !== undefined) body.destroy(problem)
  return body
}

/**
 * A body of which something has come, or its end: undici sends nothing earlier, and a token that was taken then would have
 * grown old.
 *
 * @throws ProblemError `request_timeout` when the caller is silent for `silenceMs`; what the stream ended with
 */
export function begunBody(body: Readable, silenceMs: number): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => body.destroy(silentCaller()), silenceMs)
    body.once('close', () => clearTimeout(timer))
    body.once('error', reject)
    body.once('readable', () => {
      clearTimeout(timer)
      resolve(body)
    })
  })
}

/**
 * A body of at most `mostBytes` as bytes, so that it can be sent twice; a larger one as a stream that begins with what
 * was already read.
 *
 * @throws ProblemError `request_timeout` when the caller is silent for `silenceMs`; what the stream ended with
 */
export function bufferedBody(body: Readable, mostBytes: number, silenceMs: number): Promise<Buffer | Readable> {
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => body.destroy(silentCaller()), silenceMs)
    body.on('data', (chunk: Buffer) => {
      timer.refresh()
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= mostBytes) return
      body.pause()
      body.removeAllListeners('data')
      clearTimeout(timer)
      resolve(prefixed(chunks, body))
    })
    body.once('end', () => resolve(Buffer.concat(chunks)))
    body.once('error', reject)
    body.once('close', () => clearTimeout(timer))
  })
}

function prefixed(chunks: Buffer[], rest: Readable): Readable {
  for (const chunk of chunks.reverse()) rest.unshift(chunk)
  return rest
}

/** The caller stopped in the middle of its request. */
export function silentCaller(): ProblemError {
  return new ProblemError('request_timeout', 'The request body fell silent; send it without pauses.')
}

function tooLarge(): ProblemError {
  return new ProblemError(
    'body_too_large',
    'The request body is over SIDECAR_MAX_BODY; send less at a time, or raise the limit.',
  )
}
