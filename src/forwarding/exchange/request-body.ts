import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { tooLarge } from '../../http/framing.ts'
import { onceMalformed } from '../../http/malformed-body.ts'
import type { Call } from '../call.ts'
import { checkUpload } from '../judging/caller-rule.ts'
import { whileServed } from '../life/end-early.ts'
import { collectsBody } from '../life/prospect.ts'
import { keptBytes } from './answer.ts'
import { silentCaller } from './time-limits.ts'

/**
 * The body of a call as it is sent: in one piece if all of it has arrived, or has to be there for a second time; else as
 * a stream that has begun.
 *
 * @throws ProblemError; the reason of an early end
 */
export async function requestBody(call: Call): Promise<Buffer | Readable> {
  const { request, record, context, write } = call
  const { config } = context
  const arrived = await arrivedBody(request)
  if (arrived !== undefined) {
    record.requestBytes = arrived.length
    write?.hash.update(arrived)
    call.judged = checkUpload(call, arrived)
    return arrived
  }
  const begun = request.readableLength > 0
  const body = streamedBody(request, config.maxBodyBytes, (piece) => {
    record.requestBytes += piece.length
    write?.hash.update(piece)
  })
  const gathers = write?.mode === 'guard' && Number(request.headers['content-length'] ?? 0) <= config.repeatBodyBytes
  const collected = gathers || call.judged.upload !== undefined || collectsBody(request, config)
  if (begun && !collected) return body
  const { bodyTimeoutMs } = config
  const look = (begun: Buffer) => {
    call.judged = checkUpload(call, begun)
  }
  const mostBytes = gathers ? config.repeatBodyBytes : keptBytes
  const mayKeep = (bytes: number, piece: Buffer) =>
    bytes <= mostBytes && (!gathers || context.repeats?.()?.mayGather(write, piece.length) !== false)
  const ready = collected ? bufferedBody(body, bodyTimeoutMs, { look, mayKeep }) : begunBody(body, bodyTimeoutMs)
  return whileServed(call, ready).catch((error: unknown) => {
    body.destroy() // Nobody reads the rest any more.
    throw error
  })
}

/**
 * The body of a request if all of it has arrived: nothing is waited for but the rest of the packet that the head came
 * in. Sent as one piece it costs neither a stream nor a second write.
 */
async function arrivedBody(request: IncomingMessage): Promise<Buffer | undefined> {
  await undefined // Node reads the body of a packet after the listeners of its head have run.
  const whole = request.readableLength > 0 && request.readableLength === Number(request.headers['content-length'])
  return whole ? request.read() : undefined
}

/**
 * The body of a request as a stream that undici may destroy: destroying the request itself would close the caller's
 * connection, and an early answer of CATAPA with it (design/libraries 26). Counts while streaming. Ends with a
 * ProblemError when the body is too large, or when the caller sent something that is not HTTP.
 */
export function streamedBody(request: IncomingMessage, maxBytes: number, onPiece: (piece: Buffer) => void): Readable {
  const declared = Number(request.headers['content-length'] ?? Number.NaN)
  let bytes = 0
  const body = new Readable({
    read: () => request.resume(),
    destroy(error, done) {
      request.resume() // The rest is read and discarded.
      done(error)
    },
  })
  body.on('error', () => {}) // Errors may come when nobody reads any more.
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    onPiece(chunk)
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
  onceMalformed(request, (problem) => body.destroy(problem))
  return body
}

/**
 * A body of which something has come, or its end: undici sends nothing earlier, and a token that was taken then would have
 * grown old.
 *
 * @throws ProblemError `request_timeout` when the caller is silent for `silenceMs`; the error of the stream
 */
function begunBody(body: Readable, silenceMs: number): Promise<Readable> {
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

/** `mayKeep`: whether another piece is waited for after this one, with which so many bytes are there. */
type Buffering = Readonly<{ look: (begun: Buffer) => void; mayKeep: (bytes: number, piece: Buffer) => boolean }>

/**
 * A body as bytes, so that it can be sent twice or be compared first; one that may not be kept as a stream that begins with what was
 * already read. `look` is shown what is there of it.
 *
 * @throws ProblemError `request_timeout` when the caller is silent for `silenceMs`; the error of the stream, or of
 * `look`
 */
function bufferedBody(body: Readable, silenceMs: number, { look, mayKeep }: Buffering): Promise<Buffer | Readable> {
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => body.destroy(silentCaller()), silenceMs)
    function looked(): Buffer {
      const begun = Buffer.concat(chunks)
      look(begun)
      return begun
    }
    body.on('data', (chunk: Buffer) => {
      timer.refresh()
      chunks.push(chunk)
      bytes += chunk.length
      if (mayKeep(bytes, chunk)) return
      body.pause()
      body.removeAllListeners('data')
      clearTimeout(timer)
      attempt(() => {
        body.unshift(looked())
        resolve(body)
      }, reject)
    })
    body.once('end', () => attempt(() => resolve(looked()), reject))
    body.once('error', reject)
    body.once('close', () => clearTimeout(timer))
  })
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work()
  } catch (error) {
    failed(error)
  }
}
