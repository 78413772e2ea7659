import type { ServerResponse } from 'node:http'
import type { ProblemError } from '../../problems/problem.ts'
import { type ResponseContext, responseHeaders } from '../headers.ts'
import { closeAfterAnswer, isUnfinished, resetConnection } from '../listener/closing.ts'
import { atEndOfTurn } from './end-of-turn.ts'
import { type AnswerSink, unread } from './exchange.ts'

/** An answer that was kept instead of passed on. */
export type KeptAnswer = { status: number; rawHeaders: readonly Buffer[]; chunks: Buffer[] }

const nothing = Buffer.alloc(0)

export type ToCaller = {
  context: ResponseContext
  /** How long a caller may read nothing of what is left after the end. */
  silenceMs: number
  /** Called just before the first byte goes out. */
  onHead: () => void
  onBytes: (count: number) => void
  /** Called when the end of the answer is lost, with our reason if we cut it. */
  onCut: (problem?: ProblemError) => void
  /** Whether no other caller is served now. */
  alone: () => boolean
  /** Whether the sidecar is about to end. */
  draining: () => boolean
}

/** More than that is not kept until the end of a turn. */
const mostHeldBytes = 64 * 1024

/**
 * Passes an answer on to the caller as it arrives: what has come in one turn of the event loop, mostly all of it, as one
 * write at its end.
 */
export function toCaller(
  response: ServerResponse,
  { context, silenceMs, onHead, onBytes, onCut, alone, draining }: ToCaller,
): AnswerSink {
  /** The head, or what `pieces` has of the body, has yet to go out. */
  let held = false
  let pieces: Buffer[] = []
  let heldBytes = 0
  let ended = false
  /** The caller reads more slowly than CATAPA sends. */
  let full = false
  let resumeUpstream: (() => void) | undefined

  function hold(): void {
    if (held) return
    held = true
    // The whole answer of an only caller has mostly gone out by then.
    if (alone()) process.nextTick(() => held && atEndOfTurn(sendHeld))
    else atEndOfTurn(sendHeld)
  }

  function sendHeld(): void {
    if (!held) return
    held = false
    if (response.destroyed) return
    const last = ended ? pieces.pop() : undefined
    // Not `flushHeaders`, which would write Latin-1 bytes as UTF-8 (design/libraries 21).
    if (!ended && pieces.length === 0) write(nothing)
    for (const piece of pieces) write(piece) // Node puts what is written in one tick together.
    if (ended) finish(last)
    else pieces = []
    heldBytes = 0
  }

  function write(chunk: Buffer): void {
    if (response.write(chunk)) return
    full = true
    if (resumeUpstream === undefined) return
    const resume = resumeUpstream
    resumeUpstream = undefined
    response.on('drain', () => {
      full = false
      resume()
    })
  }

  function finish(lastPiece?: Buffer): void {
    const { socket } = response
    response.end(lastPiece)
    if (response.writableLength === 0) return
    // What is left waits for a slow caller, and nobody else watches over it any more.
    response.setTimeout(silenceMs, () => {
      onCut(unread())
      resetConnection(response)
    })
    // Of what a closed socket has dropped Node 20 and 22 say that it has left; Node 24 says nothing.
    response.prependOnceListener('finish', () => socket?.destroyed && onCut())
    response.prependOnceListener('close', () => response.writableFinished || onCut())
  }

  return {
    head(status, rawHeaders, resume) {
      const headers = lengthLast(responseHeaders(rawHeaders, context))
      const early = isUnfinished(response.req)
      if (early || draining()) headers.push('Connection', 'close')
      response.sendDate = false
      response.writeHead(status, headers) // Throws on what is no header; nothing is on its way then.
      onHead()
      if (early) closeAfterAnswer(response)
      resumeUpstream = resume
      hold()
    },
    data(chunk) {
      onBytes(chunk.length)
      pieces.push(chunk)
      heldBytes += chunk.length
      hold()
      if (heldBytes >= mostHeldBytes) sendHeld()
      return !full
    },
    end() {
      ended = true
      if (!held) finish()
      else if (alone()) sendHeld() // There is nothing to wait for.
    },
  }
}

/**
 * Once Node knows a Content-Length it reads a Content-Disposition after it as UTF-8, and garbles file names in Latin-1
 * or throws. So the length goes last.
 */
function lengthLast(headers: string[]): string[] {
  for (let i = 0; i < headers.length; i += 2) {
    const [name, value] = [headers[i], headers[i + 1]]
    if (name?.length === 14 && value !== undefined && name.toLowerCase() === 'content-length') {
      headers.splice(i, 2)
      headers.push(name, value)
      break
    }
  }
  return headers
}

/**
 * Keeps an answer back while it is of at most `limitBytes`, if its status is `wanted`; anything else passes on to
 * `next` at once, a too large one from its beginning after `onTooLarge`, whose error ends the exchange.
 */
export function keeping(
  limitBytes: number,
  wanted: (status: number) => boolean,
  onTooLarge: (status: number) => void,
  next: AnswerSink,
) {
  let kept: KeptAnswer | undefined
  let bytes = 0
  let resumeNext = () => {}
  const sink: AnswerSink = {
    head(status, rawHeaders, resume) {
      resumeNext = resume
      if (wanted(status)) kept = { status, rawHeaders, chunks: [] }
      else next.head(status, rawHeaders, resume)
    },
    data(chunk) {
      if (kept === undefined) return next.data(chunk)
      kept.chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= limitBytes) return true
      const { status, rawHeaders, chunks } = kept
      onTooLarge(status)
      kept = undefined
      next.head(status, rawHeaders, resumeNext)
      return chunks.map((part) => next.data(part)).every(Boolean)
    },
    end() {
      if (kept === undefined) next.end()
    },
  }
  return { sink, answer: () => kept }
}

/** Passes a kept answer on. */
export function play({ status, rawHeaders, chunks }: KeptAnswer, sink: AnswerSink): void {
  sink.head(status, rawHeaders, () => {})
  for (const chunk of chunks) sink.data(chunk)
  sink.end()
}

const saysClose = /(^|,)\s*close\s*(,|$)/i

/**
 * Callers that take the end of the connection for the end of the answer cannot notice a cut (design/promises 3.13):
 * HTTP/1.0, and `Connection: close`.
 */
export function cannotNoticeCut({ req }: ServerResponse): boolean {
  const { connection } = req.headers
  return req.httpVersion === '1.0' || (connection !== undefined && saysClose.test(connection))
}
