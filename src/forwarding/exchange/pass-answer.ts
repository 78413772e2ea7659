import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { isNobodys } from '../../callers/recognise/recognise.ts'
import { allowedOrigin, isSecure } from '../../http/access-guard.ts'
import { closeAfterAnswer, isUnfinished, resetConnection } from '../../http/closing.ts'
import type { Call } from '../call.ts'
import { responseHeaders } from '../headers.ts'
import type { AnswerHead } from './answer.ts'
import { atEndOfTick } from './end-of-tick.ts'
import { unread } from './time-limits.ts'

const nothing = Buffer.alloc(0)

/** More is not gathered until the end of a tick: the gain is small then (100 KB: 9 writes → 2). */
const mostGatheredBytes = 64 * 1024

/** Passes the head of an answer on to the caller. @throws on what is no header; nothing is on its way then */
export function passHead(call: Call, { status, rawHeaders, resume }: AnswerHead): void {
  const { response, request, record, answer } = call
  const headers = lengthLast(responseHeaders(rawHeaders, responseContext(call)))
  const early = isUnfinished(request)
  if (early || call.context.draining() || isNobodys(call.request.socket)) headers.push('Connection', 'close')
  response.sendDate = false
  response.writeHead(status, headers)
  record.fromUpstream = true
  record.upstreamMs ??= performance.now() - record.sentAt
  call.reply.hijack()
  if (early) closeAfterAnswer(response)
  answer.resume = resume
  gather(call)
}

/** Passes a piece of the body on. @returns whether more may come at once */
export function passData(call: Call, chunk: Buffer): boolean {
  const { record, answer } = call
  record.responseBytes += chunk.length
  answer.pieces.push(chunk)
  answer.gatheredBytes += chunk.length
  gather(call)
  if (answer.gatheredBytes >= mostGatheredBytes) sendGathered(call)
  return !answer.full
}

/** Ends the answer. */
export function passEnd(call: Call): void {
  const { answer } = call
  answer.ended = true
  if (!answer.gathering) finish(call)
  else if (isAlone(call)) sendGathered(call) // There is nothing to wait for.
}

function responseContext({ id, request, record, write, context: { config } }: Call) {
  const { headers } = request
  return {
    record,
    requestId: id,
    repeatOf: write?.given?.requestId,
    upstreamOrigin: config.baseUrl.origin,
    ownOrigin: `${isSecure(request) ? 'https' : 'http'}://${headers.host ?? record.listener ?? 'localhost'}`,
    allowedOrigin: allowedOrigin(request, config),
    destination: headers['sec-fetch-dest'],
  }
}

/** Whether no other caller is served now. */
function isAlone({ context }: Call): boolean {
  return context.calls.size === 1
}

/**
 * The pieces of one tick of the event loop, mostly the whole answer, leave as one write at its end (docs/design/cost.md). The
 * whole answer of an only caller has mostly gone out before, without an immediate: 0.98 of the time.
 */
function gather(call: Call): void {
  const { answer } = call
  if (answer.gathering) return
  answer.gathering = true
  if (isAlone(call)) process.nextTick(gatherOn, call)
  else atEndOfTick(() => sendGathered(call))
}

/** Leaves the rest to the end of the tick. */
function gatherOn(call: Call): void {
  if (call.answer.gathering) atEndOfTick(() => sendGathered(call))
}

function sendGathered(call: Call): void {
  const { answer, response } = call
  if (!answer.gathering) return
  answer.gathering = false
  if (response.destroyed) return
  const { pieces, ended } = answer
  const last = ended ? pieces.pop() : undefined
  // Not `flushHeaders`, which would write Latin-1 bytes as UTF-8 (design/libraries 21).
  if (!ended && pieces.length === 0) write(call, nothing)
  for (const piece of pieces) write(call, piece) // Node puts what is written in one tick together.
  if (ended) finish(call, last)
  else answer.pieces = []
  answer.gatheredBytes = 0
}

function write({ answer, response }: Call, chunk: Buffer): void {
  if (response.write(chunk)) return
  answer.full = true
  const { resume } = answer
  if (resume === undefined) return
  answer.resume = undefined
  response.on('drain', () => {
    answer.full = false
    resume()
  })
}

function finish({ response, record, context }: Call, lastPiece?: Buffer): void {
  const { socket } = response
  response.end(lastPiece)
  if (response.writableLength === 0) return
  const cut = () => {
    record.cut = true
  }
  // The rest waits for a slow caller, and nothing else watches over it any more.
  response.setTimeout(context.config.bodyTimeoutMs, () => {
    record.problem ??= unread()
    cut()
    resetConnection(response)
  })
  // Of what a closed socket has dropped Node 20 and 22 say that it has left; Node 24 says nothing.
  response.prependOnceListener('finish', () => socket?.destroyed && cut())
  response.prependOnceListener('close', () => response.writableFinished || cut())
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
