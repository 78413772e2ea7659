import type { AccessToken } from '../../tokens/token-source.ts'
import type { Call } from '../call.ts'
import { keptBytes, mayPass, staleRefusal } from '../replay.ts'
import { type AnswerHead, passData, passEnd, passHead } from './answer.ts'

/** What is collected for callers that cannot notice a cut. */
const blindCallerBytes = 1024 * 1024

/** A call that is sent with a token, and what came of it. */
export type Attempt = {
  readonly call: Call
  readonly token: AccessToken
  /** Its caller cannot notice a cut. */
  readonly blind: boolean
  /** Of CATAPA's answer; 0 while there is none. */
  status: number
  /** It is a 401, and the token had been dropped already, or replaced. */
  stale: boolean
  /** CATAPA asks for a pause, which the call waits out to be sent once more. */
  paused: boolean
  /** The answer, while it is kept back instead of passed on. */
  kept: { head: AnswerHead; chunks: Buffer[]; bytes: number } | undefined
}

export function newAttempt(call: Call, token: AccessToken): Attempt {
  return { call, token, blind: cannotNoticeCut(call), status: 0, stale: false, paused: false, kept: undefined }
}

/** Takes the head of CATAPA's answer. Kept back is what may not be the last one, and what is for a caller that cannot notice a cut. */
export function takeHead(attempt: Attempt, head: AnswerHead): void {
  const { call, token, blind } = attempt
  const refused = head.status === 401
  attempt.status = head.status
  call.record.reached = 'yes'
  call.context.heard?.(head.rawHeaders)
  // Not later: once the place is free, the next in the queue would take the refused token along.
  if (refused) attempt.stale = !call.context.tokens.reject(token)
  attempt.paused = call.context.places.answered(call, head)
  if (refused || blind || attempt.paused) attempt.kept = { head, chunks: [], bytes: 0 }
  else passHead(call, head)
}

/**
 * Takes a piece of the body. What has become too large to be kept passes on, from its beginning.
 *
 * @returns whether more may come at once
 */
export function takeData(attempt: Attempt, chunk: Buffer): boolean {
  const { call, blind, kept } = attempt
  if (kept === undefined) return passData(call, chunk)
  kept.chunks.push(chunk)
  kept.bytes += chunk.length
  if (kept.bytes <= (blind ? blindCallerBytes : keptBytes)) return true
  if (!mayPass(attempt)) throw staleRefusal(call.lost)
  attempt.kept = undefined
  passHead(call, kept.head)
  return kept.chunks.map((part) => passData(call, part)).every(Boolean)
}

/** Takes the end. */
export function takeEnd({ call, kept }: Attempt): void {
  if (kept === undefined) passEnd(call)
}

/** Passes on what was kept back. */
export function passKept({ call, kept }: Attempt): void {
  if (kept === undefined) return
  passHead(call, kept.head)
  for (const chunk of kept.chunks) passData(call, chunk)
  passEnd(call)
}

const saysClose = /(^|,)\s*close\s*(,|$)/i

/**
 * Callers that take the end of the connection for the end of the answer cannot notice a cut (design/promises 3.13):
 * HTTP/1.0, and `Connection: close`.
 */
function cannotNoticeCut({ request: { headers, httpVersion } }: Call): boolean {
  return httpVersion === '1.0' || (headers.connection !== undefined && saysClose.test(headers.connection))
}
