import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ProblemError } from '../errors.ts'

/** Emitted on a request whose body turned out not to be HTTP, with the ProblemError. */
export const malformed = Symbol('malformed')

/** Whether a request has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  const length = headers['content-length']
  return length !== undefined && Number(length) > 0
}

/** @throws ProblemError `body_too_large` for a body whose stated length is over the limit */
export function checkStatedLength({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
}

/**
 * The body of a request as a stream that undici may destroy: destroying the request itself would close the caller's
 * connection, and an early answer of CATAPA with it (STACK row 26). Counts while streaming. Ends with a ProblemError
 * when the body is too large, or when the caller sent something that is not HTTP.
 */
export function streamedBody(request: IncomingMessage, maxBytes: number, onBytes: (count: number) => void): Readable {
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
    if (bytes > maxBytes) body.destroy(tooLarge())
    else if (!body.push(chunk)) request.pause()
  })
  request.once('end', () => body.push(null))
  request.once('error', (error) => body.destroy(error))
  request.once(malformed, (problem: ProblemError) => body.destroy(problem))
  return body
}

/**
 * A body of at most `limitBytes` as bytes, so that it can be sent twice; a larger one as a stream that begins with
 * what was already read.
 */
export async function bufferedBody(
  request: IncomingMessage,
  limitBytes: number,
  maxBytes: number,
  onBytes: (count: number) => void,
): Promise<Buffer | Readable> {
  const stream = streamedBody(request, maxBytes, onBytes)
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return stream
  const chunks: Buffer[] = []
  let bytes = 0
  const rest = await new Promise<Readable | undefined>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= limitBytes) return
      stream.pause()
      stream.removeAllListeners('data')
      resolve(stream)
    })
    stream.once('end', () => resolve(undefined))
    stream.once('error', reject)
  })
  if (rest === undefined) return Buffer.concat(chunks)
  return prefixed(chunks, rest)
}

function prefixed(chunks: Buffer[], rest: Readable): Readable {
  for (const chunk of chunks.reverse()) rest.unshift(chunk)
  return rest
}

function tooLarge(): ProblemError {
  return new ProblemError(
    'body_too_large',
    'The request body is over SIDECAR_MAX_BODY; send less at a time, or raise the limit.',
  )
}
