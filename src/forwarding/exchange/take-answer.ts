import type { Call } from '../call.ts'
import { advance } from '../life/advance.ts'
import { mayWaitOut, onHead, onLarge } from '../life/life.ts'
import { type AnswerHead, keptBytes } from './answer.ts'
import { passData, passEnd, passHead } from './pass-answer.ts'

/** The most that is collected for callers that cannot notice a cut. */
const blindCallerBytes = 1024 * 1024

/** Takes the head of CATAPA's answer. @throws what `passHead` throws */
export function takeHead(call: Call, head: AnswerHead): void {
  const { life, prospect, record, context } = call
  if (life.phase !== 'sent') return
  const { status } = head
  record.reached = 'yes'
  if (call.write !== undefined) call.write.status = status
  context.heard?.(head.rawHeaders)
  // Not later: once the place is free, the next in the queue would take the refused token along.
  const stale = status === 401 && !context.tokens.reject(life.token)
  const pauses = context.places.learn(call, head, mayWaitOut(life, prospect))
  const next = onHead(life, prospect, { status, stale, pauses })
  advance(call, next)
  const keeps = next.phase === 'keeping'
  call.kept = keeps ? { head, chunks: [], bytes: 0 } : undefined
  if (!keeps) passHead(call, head)
}

/**
 * Takes a piece of the body. An answer that has become too large to be kept passes on, from its beginning.
 *
 * @returns whether more may come at once
 * @throws why it may not pass
 */
export function takeData(call: Call, chunk: Buffer): boolean {
  const { life, kept, prospect } = call
  if (life.phase !== 'keeping' || kept === undefined) return passData(call, chunk)
  kept.bytes += chunk.length
  const isLarge = kept.bytes > (prospect.blind ? blindCallerBytes : keptBytes)
  if (isLarge && call.carried !== undefined) {
    kept.chunks = [] // There is nobody to pass it on to.
    return true
  }
  kept.chunks.push(chunk)
  if (!isLarge) return true
  const next = onLarge(life)
  if (next.phase === 'over') throw next.end.as === 'failed' ? next.end.reason : new Error('an answer is too large')
  advance(call, next)
  return pass(call)
}

/** Takes the end. */
export function takeEnd(call: Call): void {
  if (call.life.phase === 'passing') passEnd(call)
}

/** Passes on all of an answer that was kept back. @throws what `passHead` throws */
export function passKept(call: Call): void {
  pass(call)
  passEnd(call)
}

/** @returns whether more may come at once */
function pass(call: Call): boolean {
  const { kept } = call
  if (kept === undefined) return true
  call.kept = undefined
  passHead(call, kept.head)
  return kept.chunks.map((chunk) => passData(call, chunk)).every(Boolean)
}
